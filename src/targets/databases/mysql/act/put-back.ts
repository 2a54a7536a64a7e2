import type { DatabaseCommand } from '../../../../state/command.ts'
import type { RunContext } from '../../../permit.ts'
import { archives, conflicts, markOf } from '../../names.ts'
import { archiveName, asItStands } from './archive.ts'
import type { MysqlConfig } from '../config.ts'
import { findMark } from '../marks.ts'
import { ensureMarks, markDone } from './marks.ts'
import { quoteName } from '../names.ts'
import { tiesOf, type Tie } from '../restore/closure.ts'
import { within } from '../restore/sides.ts'
import { collationsOf, columnsOf, hasTable } from '../seen.ts'
import { bytesOf, jsonOf, keyText, list, of, onKeys, type Collations, type Typed } from '../columns.ts'
import { nobodyRefers } from './nobody-refers.ts'
import { rowDigest } from './seal.ts'
import type { Session } from '../session.ts'
import { inTransaction } from './transaction.ts'
import { withoutTriggers } from './without-triggers.ts'
import { Refused } from '../trouble.ts'

type PutBack = Extract<DatabaseCommand, { kind: 'database.put-back' }>

/** A column in the table, and as the archive has it. */
type Both = { readonly now: Typed; readonly was: Typed }

/** What a table's way back is made of. `a` the archive, `t` the table, `s` the seal, `u` those untouched since. */
type Back = {
  readonly table: string
  /** The same, as a statement has it. */
  readonly there: string
  readonly archive: string
  readonly keys: readonly string[]
  readonly collations: Collations
  /** In the archive and in the table, no key, nothing the server computes. */
  readonly values: readonly Both[]
  readonly all: readonly Both[]
  /** Foreign keys that lead to it. */
  readonly ties: readonly Tie[]
  /** Null: the reversal had dropped the table, and the way up made it again; or it has no key. */
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
  const kept = await columnsOf(session.rows, config, archive)
  const there = (await columnsOf(session.rows, config, table)).filter(({ generated }) => !generated)
  const all = there.flatMap(now => kept.filter(({ name }) => name === now.name).map(was => ({ now, was })))
  const { database } = config.database
  const ties = (await tiesOf(session.rows, database)).filter(
    tie => tie.parentSchema === database && tie.parent === table,
  )
  const untouched = archiveName(context.run, table, 'same')
  const noted = found['sealed'] == null ? null : (JSON.parse(String(found['sealed'])) as readonly string[])
  const sealed =
    noted !== null && (await hasTable(session.rows, config, untouched))
      ? { seal: archiveName(run, table, 'after'), untouched }
      : null
  const collations = {
    t: collationsOf(there),
    a: collationsOf(kept),
    s: collationsOf(sealed === null ? [] : await columnsOf(session.rows, config, sealed.seal)),
    u: collationsOf(sealed === null ? [] : await columnsOf(session.rows, config, untouched)),
  }
  const values = all.filter(({ now }) => !keys.includes(now.name))
  const then = noted?.flatMap(name => kept.filter(column => column.name === name)) ?? []
  const comparable = noted !== null && then.length === noted.length && all.every(({ now }) => noted.includes(now.name))
  const leftAlone = whole === true && sealed !== null && comparable ? `s._digest <=> ${rowDigest(then, 'a')}` : null
  return { table, there: within(database, table), archive, keys, collations, all, values, ties, sealed, leftAlone }
}

/**
 * The table stood all the time: rows untouched since become what they were; what the reversal took is there again; what it added
 * goes, unless others have come to refer to it. A row that the schema does not take is passed over, and becomes a conflict.
 */
async function intoKept(
  session: Session,
  back: Back,
  { seal, untouched }: NonNullable<Back['sealed']>,
): Promise<number> {
  const { there: t, archive, keys, collations, values, all } = back
  const [a, s, u] = [archive, seal, untouched].map(quoteName)
  const restored =
    values.length === 0
      ? 0
      : await session.run(
          `UPDATE IGNORE ${t} t JOIN ${a} a ON ${onKeys(keys, 't', 'a', collations)} JOIN ${u} u ON ${onKeys(keys, 't', 'u', collations)} SET ${sets(values)} WHERE NOT (${same(values)})`,
        )
  const returned = await insertAll(
    session,
    back,
    `INSERT IGNORE INTO ${t} (${list(namesOf(all))}) SELECT ${list(namesOf(all), 'a')} FROM ${a} a LEFT JOIN ${t} t ON ${onKeys(keys, 't', 'a', collations)} LEFT JOIN ${s} s ON ${onKeys(keys, 's', 'a', collations)} WHERE ${of(keys[0] ?? '', 't')} IS NULL AND ${of(keys[0] ?? '', 's')} IS NULL`,
  )
  const removed = await session.run(`DELETE t FROM ${added(back, u ?? '')} AND ${nobodyRefers(back.ties, t)}`)
  // Taken by the reversal, and made again by the way up, out of what others may have changed meanwhile: only what is empty.
  const filled =
    values.length === 0
      ? 0
      : await session.run(
          `UPDATE IGNORE ${t} t JOIN ${a} a ON ${onKeys(keys, 't', 'a', collations)} LEFT JOIN ${s} s ON ${onKeys(keys, 's', 'a', collations)} SET ${fill(values)} WHERE ${of(keys[0] ?? '', 's')} IS NULL AND ${fits(values)} AND NOT (${same(values)})`,
        )
  return restored + returned + removed + filled
}

/** Rows that the reversal added, and nobody has touched since. */
function added({ there, archive, keys, collations }: Back, untouched: string): string {
  return `${there} t JOIN ${untouched} u ON ${onKeys(keys, 't', 'u', collations)} LEFT JOIN ${quoteName(archive)} a ON ${onKeys(keys, 't', 'a', collations)} WHERE ${of(keys[0] ?? '', 'a')} IS NULL`
}

/** Rows of a table that refers to itself come after those they refer to. */
async function insertAll(session: Session, { table, ties }: Back, sql: string): Promise<number> {
  const again = ties.some(({ child }) => child === table)
  let rows = 0
  for (let more = 1; more > 0; rows += more) {
    more = await session.run(sql)
    if (!again) return more
  }
  return rows
}

/** The way up made the table again: empty, all of it returns; filled by the way up, only what is empty in it. */
async function intoNew(session: Session, back: Back): Promise<number> {
  const { there: t, archive, keys, collations, values, all } = back
  const a = quoteName(archive)
  const [filled] = await session.rows(`SELECT EXISTS (SELECT 1 FROM ${t}) AS filled`)
  if (Number(filled?.['filled']) === 0) {
    const into = `INSERT IGNORE INTO ${t} (${list(namesOf(all))}) SELECT ${list(namesOf(all), 'a')} FROM ${a} a`
    if (keys.length === 0) return session.run(into)
    return insertAll(
      session,
      back,
      `${into} LEFT JOIN ${t} t ON ${onKeys(keys, 't', 'a', collations)} WHERE ${of(keys[0] ?? '', 't')} IS NULL`,
    )
  }
  if (keys.length === 0 || values.length === 0) return 0
  return session.run(
    `UPDATE IGNORE ${t} t JOIN ${a} a ON ${onKeys(keys, 't', 'a', collations)} SET ${fill(values)} WHERE ${fits(values)} AND NOT (${same(values)})`,
  )
}

const into = `INSERT INTO ${quoteName(conflicts)} (run, tbl, row_key, why, archived, present)`

/** Whatever of the archive does not stand in the table now, both sides of it; and what should have gone and could not. */
async function keepConflicts(session: Session, back: Back, { run }: RunContext): Promise<number> {
  const { table, there: t, archive, keys, collations, values, all, sealed, leftAlone } = back
  if (keys.length === 0) return keylessConflicts(session, back, run)
  const first = keys[0] ?? ''
  const differs = values.length === 0 ? '0' : `NOT (${same(values)})`
  const [now, was] = [all.map(both => both.now), all.map(both => both.was)]
  const isKey = ({ name }: Typed): boolean => keys.includes(name)
  const seal =
    leftAlone === null ? '' : `LEFT JOIN ${quoteName(sealed?.seal ?? '')} s ON ${onKeys(keys, 's', 'a', collations)}`
  const left = await session.run(
    `${into} SELECT ?, ?, ${keyText(was.filter(isKey), 'a')}, IF(${of(first, 't')} IS NULL, 'deleted since', 'changed since'),
        ${jsonOf(was, 'a')}, IF(${of(first, 't')} IS NULL, NULL, ${jsonOf(now, 't')})
      FROM ${quoteName(archive)} a LEFT JOIN ${t} t ON ${onKeys(keys, 't', 'a', collations)} ${seal}
      WHERE (${of(first, 't')} IS NULL OR ${differs}) AND ${leftAlone === null ? '1' : `NOT (${leftAlone})`}`,
    run,
    table,
  )
  if (sealed === null) return left
  const stays = `SELECT ?, ?, ${keyText(now.filter(isKey), 't')}, 'referred to', '{}', ${jsonOf(now, 't')}`
  return left + (await session.run(`${into} ${stays} FROM ${added(back, quoteName(sealed.untouched))}`, run, table))
}

/** Rows without a key cannot be found again: each that has not its like in the table is named. */
function keylessConflicts(session: Session, { table, there, archive, all }: Back, run: string): Promise<number> {
  const [now, was] = [all.map(both => both.now), all.map(both => both.was)]
  const d = rowDigest(was, 'x')
  return session.run(
    `${into} SELECT ?, ?, CONCAT('row ', ROW_NUMBER() OVER ()), 'changed since', ${jsonOf(was, 'a')}, NULL
      FROM (SELECT x.*, ${d} AS _astern_d, ROW_NUMBER() OVER (PARTITION BY ${d}) AS _astern_r FROM ${quoteName(archive)} x) a
      LEFT JOIN (SELECT ${rowDigest(now, 'y')} AS _astern_d, COUNT(*) AS _astern_n FROM ${there} y GROUP BY _astern_d) t ON t._astern_d = a._astern_d
      WHERE a._astern_r > IFNULL(t._astern_n, 0)`,
    run,
    table,
  )
}

export async function ensureConflicts({ run }: Session): Promise<void> {
  await run(
    `CREATE TABLE IF NOT EXISTS ${quoteName(conflicts)} (run VARCHAR(64) NOT NULL, tbl VARCHAR(64) NOT NULL, row_key VARCHAR(500) NOT NULL, why VARCHAR(30) NOT NULL, archived LONGTEXT NOT NULL, present LONGTEXT, PRIMARY KEY (run, tbl, row_key)) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  )
}

function namesOf(columns: readonly Both[]): readonly string[] {
  return columns.map(({ now }) => now.name)
}

function sets(columns: readonly Both[]): string {
  return namesOf(columns)
    .map(name => `${of(name, 't')} = ${of(name, 'a')}`)
    .join(', ')
}

/** Whatever differs is empty now. */
function fits(columns: readonly Both[]): string {
  return columns.map(both => `(${equal(both)} OR ${of(both.now.name, 't')} IS NULL)`).join(' AND ')
}

function fill(columns: readonly Both[]): string {
  return namesOf(columns)
    .map(name => `${of(name, 't')} = IFNULL(${of(name, 't')}, ${of(name, 'a')})`)
    .join(', ')
}

function equal({ now, was }: Both): string {
  return `${bytesOf(now, 't')} <=> ${bytesOf(was, 'a')}`
}

function same(columns: readonly Both[]): string {
  return columns.map(equal).join(' AND ')
}
