import { list, of, onKeys } from '../../columns.ts'
import { quoteName } from '../../names.ts'
import type { Tie } from '../../restore/closure.ts'
import { quoted, type Shape } from '../../restore/shape.ts'
import type { Session } from '../../session.ts'
import { Refused } from '../../trouble.ts'
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
  const { keys, common } = shape
  const [first = ''] = keys
  const names = common.map(({ name }) => name)
  const sets = names.map(name => `${of(name, 't')} = ${of(name, 'o')}`).join(', ')
  const [so, st] = [onKeys(keys, 's', 'o'), onKeys(keys, 's', 't')]
  return {
    inserted: {
      how: 'inserted',
      sql: where =>
        `INSERT INTO ${restored} (${quoted(names)}) SELECT ${list(names, 'o')} FROM ${since} s JOIN ${behind} o ON ${so} LEFT JOIN ${restored} t ON ${st} WHERE s._astern_how = 'inserted' AND ${of(first, 't')} IS NULL AND ${where}`,
    },
    updated: {
      how: 'updated',
      sql: where =>
        `UPDATE ${restored} t JOIN ${since} s ON ${st} JOIN ${behind} o ON ${so} SET ${sets} WHERE s._astern_how = 'updated' AND ${isAsInBackup(names)} AND ${where}`,
    },
    deleted: {
      how: 'deleted',
      sql: where =>
        `DELETE t FROM ${restored} t JOIN ${since} s ON ${st} WHERE s._astern_how = 'deleted' AND ${isAsInBackup(names)} AND ${nobodyRefers(back)} AND ${where}`,
    },
  }
}

export function isAsInBackup(names: readonly string[]): string {
  return `s._astern_was = ${rowDigest(names, 't')}`
}

/** A foreign key that cascades would take rows along that nobody deleted. */
function nobodyRefers({ ties, restored }: Back): string {
  const conditions = ties.map(({ schema, child, columns, parentColumns }) => {
    const from = `${quoteName(schema)}.${quoteName(child)}`
    const on = columns
      .map((column, index) => `${of(column, 'c')} = ${of(parentColumns[index] ?? '', 't')}`)
      .join(' AND ')
    // A table that refers to itself is read before it is changed.
    const rows = from === restored ? `(SELECT DISTINCT ${quoted(columns)} FROM ${from})` : from
    return `NOT EXISTS (SELECT 1 FROM ${rows} c WHERE ${on})`
  })
  return conditions.length === 0 ? '1' : conditions.join(' AND ')
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
      `${tag} INSERT INTO ${restored} (${quoted(names)}) SELECT ${list(names, 'o')} FROM (${numbered(names, behind)}) o JOIN ${since} s ON s._astern_was = o._astern_d WHERE s._astern_how = 'inserted' AND o._astern_r <= s._astern_n`,
    )
  } catch (error) {
    if (error instanceof Refused && error.errno !== deadlock) return 0
    throw error
  }
}

const deadlock = 1213

function numbered(names: readonly string[], table: string): string {
  const digest = rowDigest(names, 'x')
  return `SELECT ${list(names, 'x')}, ${digest} AS _astern_d, ROW_NUMBER() OVER (PARTITION BY ${digest}) AS _astern_r FROM ${table} x`
}
