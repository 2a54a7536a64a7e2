import { list, of, onKeys, type Typed } from '../../columns.ts'
import type { Tie } from '../../restore/closure.ts'
import { quoted, type Shape } from '../../restore/shape.ts'
import type { Session } from '../../session.ts'
import { Refused } from '../../trouble.ts'
import { nobodyRefers } from '../nobody-refers.ts'
import { rowDigest } from '../seal.ts'

/** What a table's way back is made of. `o` what the swap left behind, `t` the restored table, `s` the keys of what was written since. */
export type Back = {
  readonly shape: Shape
  readonly behind: string
  readonly restored: string
  readonly since: string
  /** Foreign keys that lead to it. */
  readonly ties: readonly Tie[]
}

/** A statement on those rows of `s` for which a condition holds. */
export type Way = { readonly how: 'inserted' | 'updated' | 'deleted'; readonly sql: (where: string) => string }

export function waysBack(back: Back): Readonly<Record<Way['how'], Way>> {
  const { shape, behind, restored, since } = back
  const { keys, common, collations } = shape
  const [first = ''] = keys
  const names = common.map(({ name }) => name)
  const sets = names.map(name => `${of(name, 't')} = ${of(name, 'o')}`).join(', ')
  const [so, st] = [onKeys(keys, 's', 'o', collations), onKeys(keys, 's', 't', collations)]
  return {
    inserted: {
      how: 'inserted',
      sql: where =>
        `INSERT INTO ${restored} (${quoted(names)}) SELECT ${list(names, 'o')} FROM ${since} s JOIN ${behind} o ON ${so} LEFT JOIN ${restored} t ON ${st} WHERE s._astern_how = 'inserted' AND ${of(first, 't')} IS NULL AND ${where}`,
    },
    updated: {
      how: 'updated',
      sql: where =>
        `UPDATE ${restored} t JOIN ${since} s ON ${st} JOIN ${behind} o ON ${so} SET ${sets} WHERE s._astern_how = 'updated' AND ${isAsInBackup(common)} AND ${where}`,
    },
    deleted: {
      how: 'deleted',
      sql: where =>
        `DELETE t FROM ${restored} t JOIN ${since} s ON ${st} WHERE s._astern_how = 'deleted' AND ${isAsInBackup(common)} AND ${nobodyRefers(back.ties, restored)} AND ${where}`,
    },
  }
}

export function isAsInBackup(columns: readonly Typed[]): string {
  return `s._astern_was = ${rowDigest(columns, 't')}`
}

/** Without a key: as many rows of one content as came since. Null rows where the schema refuses one of them: then none returns. */
export async function returnByContent(
  session: Session,
  { shape, behind, restored, since }: Back,
  tag: string,
): Promise<number> {
  const names = shape.common.map(({ name }) => name)
  try {
    return await session.run(
      `${tag} INSERT INTO ${restored} (${quoted(names)}) SELECT ${list(names, 'o')} FROM (${numbered(shape.common, behind)}) o JOIN ${since} s ON s._astern_was = o._astern_d WHERE s._astern_how = 'inserted' AND o._astern_r <= s._astern_n`,
    )
  } catch (error) {
    if (isOfRows(error)) return 0
    throw error
  }
}

/** The row's own fault. What takes more with it ends the attempt. */
export function isOfRows(error: unknown): boolean {
  return error instanceof Refused && !wholeTransaction.has(error.errno)
}

/** A lock waited for in vain, a deadlock, no room for more locks: the server takes more back than the statement, or may. */
const wholeTransaction: ReadonlySet<number> = new Set([1205, 1206, 1213])

function numbered(columns: readonly Typed[], table: string): string {
  const digest = rowDigest(columns, 'x')
  const names = columns.map(({ name }) => name)
  return `SELECT ${list(names, 'x')}, ${digest} AS _astern_d, ROW_NUMBER() OVER (PARTITION BY ${digest}) AS _astern_r FROM ${table} x`
}
