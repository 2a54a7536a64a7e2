import type { DatabaseCommand } from '../../../../state/command.ts'
import type { RunContext } from '../../../permit.ts'
import { archives, conflicts, markOf } from '../../names.ts'
import { archiveName, asItStands } from './archive.ts'
import type { MysqlConfig } from '../config.ts'
import { findMark } from '../marks.ts'
import { ensureMarks, markDone } from './marks.ts'
import { quoteName } from '../names.ts'
import { columnsOf, hasTable } from '../seen.ts'
import { rowDigest } from './seal.ts'
import { list, of, onKeys } from '../columns.ts'
import type { Session } from '../session.ts'
import { inTransaction } from './transaction.ts'
import { withoutTriggers } from './without-triggers.ts'
import { Refused } from '../trouble.ts'

type PutBack = Extract<DatabaseCommand, { kind: 'database.put-back' }>

/** What a table's way back is made of. `a` the archive, `t` the table, `s` the seal, `u` those untouched since. */
type Back = {
  readonly table: string
  readonly archive: string
  readonly keys: readonly string[]
  /** In the archive and in the table, no key, nothing the server computes. */
  readonly values: readonly string[]
  readonly all: readonly string[]
  /** Null: the reversal had dropped the table, and the way up made it again. */
  readonly sealed: { readonly seal: string; readonly untouched: string } | null
  /** Whether a row of the archive is, to the byte, what the reversal left. Null: it cannot be told, or does not matter. */
  readonly leftAlone: string | null
}

/** Archived rows and values return where nobody has touched the row since; all others become conflicts, with both sides. */
export async function putBack(
  config: MysqlConfig,
  session: Session,
  command: PutBack,
  context: RunContext,
): Promise<string> {
  const back = await plan(config, session, command, context)
  await ensureMarks(session)
  await ensureConflicts(session)
  const at = config.now().toISOString()
  const says = await withoutTriggers(config, session, context, command.table, () =>
    asItStands(session, () => rowsBack(config, session, back, markOf(command), context)),
  )
  await markDone(session, context, markOf(command), at)
  return says
}

/** Once, by a marker of its own: the triggers are made again after it. */
async function rowsBack(
  config: MysqlConfig,
  session: Session,
  back: Back,
  mark: string,
  context: RunContext,
): Promise<string> {
  const own = `${mark}, rows`
  if ((await findMark(session.rows, config, context, own))?.done === true) return `rows of ${back.table} were put back`
  return inTransaction(session, async () => {
    const changed = back.sealed === null ? await intoNew(session, back) : await intoKept(session, back, back.sealed)
    const left = await keepConflicts(session, back, context)
    await markDone(session, context, own, config.now().toISOString())
    return `${changed} rows of ${back.table} put back, ${left} conflicts`
  })
}

async function plan(
  config: MysqlConfig,
  session: Session,
  { run, table, whole }: PutBack,
  context: RunContext,
): Promise<Back> {
  const [found] = await session.rows(
    `SELECT archive, key_columns, sealed FROM ${quoteName(archives)} WHERE run = ? AND tbl = ?`,
    run,
    table,
  )
  if (found === undefined) throw new Refused(1146, `run ${run} archived nothing of ${table}`)
  const archive = String(found['archive'])
  const keys = JSON.parse(String(found['key_columns'])) as readonly string[]
  const kept = (await columnsOf(session.rows, config, archive)).map(({ name }) => name)
  const there = (await columnsOf(session.rows, config, table)).filter(({ generated }) => !generated)
  const all = there.map(({ name }) => name).filter(name => kept.includes(name))
  const untouched = archiveName(context.run, table, 'same_')
  const noted = found['sealed'] == null ? null : (JSON.parse(String(found['sealed'])) as readonly string[])
  const sealed =
    noted !== null && (await hasTable(session.rows, config, untouched))
      ? { seal: archiveName(run, table, 'after_'), untouched }
      : null
  const comparable =
    noted !== null && noted.every(name => kept.includes(name)) && all.every(name => noted.includes(name))
  const leftAlone = whole === true && sealed !== null && comparable ? `s._digest <=> ${rowDigest(noted, 'a')}` : null
  return { table, archive, keys, all, values: all.filter(name => !keys.includes(name)), sealed, leftAlone }
}

/** The table stood all the time: rows untouched since become what they were; what the reversal took is there again; what it added goes. */
async function intoKept(
  session: Session,
  { table, archive, keys, values, all }: Back,
  { seal, untouched }: NonNullable<Back['sealed']>,
): Promise<number> {
  const [t, a, s, u] = [table, archive, seal, untouched].map(quoteName)
  const restored =
    values.length === 0
      ? 0
      : await session.run(
          `UPDATE ${t} t JOIN ${a} a ON ${onKeys(keys, 't', 'a')} JOIN ${u} u ON ${onKeys(keys, 't', 'u')} SET ${sets(values)} WHERE NOT (${same(values)})`,
        )
  const returned = await session.run(
    `INSERT INTO ${t} (${list(all)}) SELECT ${list(all, 'a')} FROM ${a} a LEFT JOIN ${t} t ON ${onKeys(keys, 't', 'a')} LEFT JOIN ${s} s ON ${onKeys(keys, 's', 'a')} WHERE ${of(keys[0] ?? '', 't')} IS NULL AND ${of(keys[0] ?? '', 's')} IS NULL`,
  )
  const removed = await session.run(
    `DELETE t FROM ${t} t JOIN ${u} u ON ${onKeys(keys, 't', 'u')} LEFT JOIN ${a} a ON ${onKeys(keys, 't', 'a')} WHERE ${of(keys[0] ?? '', 'a')} IS NULL`,
  )
  // Taken by the reversal, and made again by the way up, out of what others may have changed meanwhile: only what is empty.
  const filled =
    values.length === 0
      ? 0
      : await session.run(
          `UPDATE ${t} t JOIN ${a} a ON ${onKeys(keys, 't', 'a')} LEFT JOIN ${s} s ON ${onKeys(keys, 's', 'a')} SET ${fill(values)} WHERE ${of(keys[0] ?? '', 's')} IS NULL AND ${fits(values)} AND NOT (${same(values)})`,
        )
  return restored + returned + removed + filled
}

/** The way up made the table again: empty, all of it returns; filled by the way up, only what is empty in it. */
async function intoNew(session: Session, { table, archive, keys, values, all }: Back): Promise<number> {
  const [t, a] = [table, archive].map(quoteName)
  const [filled] = await session.rows(`SELECT EXISTS (SELECT 1 FROM ${t}) AS filled`)
  if (Number(filled?.['filled']) === 0)
    return session.run(`INSERT INTO ${t} (${list(all)}) SELECT ${list(all, 'a')} FROM ${a} a`)
  if (keys.length === 0 || values.length === 0) return 0
  return session.run(
    `UPDATE ${t} t JOIN ${a} a ON ${onKeys(keys, 't', 'a')} SET ${fill(values)} WHERE ${fits(values)} AND NOT (${same(values)})`,
  )
}

/** Whatever of the archive does not stand in the table now, both sides of it. */
async function keepConflicts(session: Session, back: Back, { run }: RunContext): Promise<number> {
  const { table, archive, keys, values, all, sealed, leftAlone } = back
  const [t, a] = [table, archive].map(quoteName)
  if (keys.length === 0) return keylessConflicts(session, back, run)
  const seal = leftAlone === null ? '' : `LEFT JOIN ${quoteName(sealed?.seal ?? '')} s ON ${onKeys(keys, 's', 'a')}`
  const taken = leftAlone === null ? '1' : `NOT (${leftAlone})`
  const differs = values.length === 0 ? '0' : `NOT (${same(values)})`
  return session.run(
    `INSERT INTO ${quoteName(conflicts)} (run, tbl, row_key, why, archived, present)
      SELECT ?, ?, CONCAT_WS(', ', ${list(keys, 'a')}), IF(${of(keys[0] ?? '', 't')} IS NULL, 'deleted since', 'changed since'),
        ${asJson(all, 'a')}, IF(${of(keys[0] ?? '', 't')} IS NULL, NULL, ${asJson(all, 't')})
      FROM ${a} a LEFT JOIN ${t} t ON ${onKeys(keys, 't', 'a')} ${seal}
      WHERE (${of(keys[0] ?? '', 't')} IS NULL OR ${differs}) AND ${taken}`,
    run,
    table,
  )
}

/** Rows without a key cannot be found again: where the table is not just what was archived, they are all named. */
async function keylessConflicts(session: Session, { table, archive, all }: Back, run: string): Promise<number> {
  const [counts] = await session.rows(
    `SELECT (SELECT COUNT(*) FROM ${quoteName(table)}) AS there, (SELECT COUNT(*) FROM ${quoteName(archive)}) AS kept`,
  )
  if (Number(counts?.['there']) === Number(counts?.['kept'])) return 0
  return session.run(
    `INSERT INTO ${quoteName(conflicts)} (run, tbl, row_key, why, archived, present)
      SELECT ?, ?, CONCAT('row ', ROW_NUMBER() OVER ()), 'changed since', ${asJson(all, 'a')}, NULL FROM ${quoteName(archive)} a`,
    run,
    table,
  )
}

export async function ensureConflicts({ run }: Session): Promise<void> {
  await run(
    `CREATE TABLE IF NOT EXISTS ${quoteName(conflicts)} (run VARCHAR(64) NOT NULL, tbl VARCHAR(64) NOT NULL, row_key VARCHAR(500) NOT NULL, why VARCHAR(30) NOT NULL, archived LONGTEXT NOT NULL, present LONGTEXT, PRIMARY KEY (run, tbl, row_key)) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  )
}

function sets(names: readonly string[]): string {
  return names.map(name => `${of(name, 't')} = ${of(name, 'a')}`).join(', ')
}

/** Whatever differs is empty now. */
function fits(names: readonly string[]): string {
  return names.map(name => `(${equal(name)} OR ${of(name, 't')} IS NULL)`).join(' AND ')
}

function fill(names: readonly string[]): string {
  return names.map(name => `${of(name, 't')} = IFNULL(${of(name, 't')}, ${of(name, 'a')})`).join(', ')
}

/** To the byte: collations take for equal what is not. */
function equal(name: string): string {
  return `CAST(${of(name, 't')} AS BINARY) <=> CAST(${of(name, 'a')} AS BINARY)`
}

function same(names: readonly string[]): string {
  return names.map(equal).join(' AND ')
}

export function asJson(names: readonly string[], from: string): string {
  return `JSON_OBJECT(${names.map(name => `'${name.replaceAll(/['\\]/g, '')}', ${of(name, from)}`).join(', ')})`
}
