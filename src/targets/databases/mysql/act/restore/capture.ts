import type { Fault } from '../../../../../state/fault.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { losses } from '../../../names.ts'
import { findMark } from '../../marks.ts'
import { quoteName } from '../../names.ts'
import { readLosses, type Loss } from '../../restore/losses.ts'
import { isBack, quoted, sameIn, shapeOf, sinceName, sinceTable, type Shape } from '../../restore/shape.ts'
import { historyIn } from '../../restore/history.ts'
import { at, findSides, sequencesOf, swappedTables, within, type Sides } from '../../restore/sides.ts'
import { list, onKeys, of } from '../../columns.ts'
import { hasTable } from '../../seen.ts'
import { tagOf } from '../../tag.ts'
import { asItStands } from '../archive.ts'
import { markDone } from '../marks.ts'
import { rowDigest } from '../seal.ts'
import { inTransaction } from '../transaction.ts'
import { withoutEarlier } from './earlier.ts'
import { nothingBeside } from './nothing-beside.ts'
import type { Told, Work } from './work.ts'

/**
 * The loss, counted and not guessed: today's rows and the backup's are laid beside each other by primary key. What today
 * has and the backup has not was inserted since; what both have and is not the same was updated; what only the backup has was deleted. Where
 * there is no key, rows are told apart by their content alone, and an update is a deletion and an insertion.
 */
export async function capture(
  work: Work,
  command: Extract<RestoreCommand, { kind: 'database.capture' }>,
): Promise<Told | Fault> {
  const { config, session, context, evidence } = work
  const { database, migrations } = config.database
  const sides = await findSides(session.rows, config, context.run)
  const swapped = sides === null ? [] : await swappedTables(session.rows, context.run)
  if (sides === null || swapped.length === 0) return nothingBeside(config.name)
  const before = command.after === undefined ? null : await findSides(session.rows, config, command.after)
  const rowless = [...(await sequencesOf(session.rows, database)), ...(await sequencesOf(session.rows, sides.side))]
  for (const { table, today, backup } of swapped) {
    if (!today || table === migrations?.table || rowless.includes(table)) continue
    const mark = `capture ${table}`
    if ((await findMark(session.rows, config, context, mark))?.done === true) continue
    await asItStands(session, async () => {
      if (!backup) return gone(work, table, mark)
      const shape = await shapeOf(session.rows, config, table, { now: database, backup: sides.side })
      return note(work, sides, { shape, mark, after: await sinceIn(work, before, table) })
    })
  }
  const counted = await readLosses(session.rows, config, context.run)
  for (const { table, inserted, updated, deleted, lacking, history = 0 } of counted) {
    const more = Object.entries(lacking).map(([column, values]) => `, ${values} values of ${column}`)
    const former = history === 0 ? '' : `, ${history} former states of rows stay behind`
    evidence(`${table}: ${inserted} inserted, ${updated} updated, ${deleted} deleted since${more.join('')}${former}`)
  }
  await inTransaction(session, () => markDone(session, context, restoreMark(command), config.now().toISOString()))
  const rows = counted.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0)
  const columns = counted.flatMap(({ table, lacking }) => Object.keys(lacking).map(column => `${table}.${column}`))
  const [then, it] = command.after === undefined ? ['the backup', 'the backup'] : ['the restore', 'what returns']
  const also = columns.length === 0 ? '' : `, and values of ${columns.join(', ')}, which ${it} has not`
  const former = counted.reduce((sum, { history = 0 }) => sum + history, 0)
  const states = former === 0 ? '' : `; ${former} former states of rows are kept beside it alone`
  return { says: `${rows} rows were written since ${then}${also}${states}`, observed: counted.map(one => ({ ...one })) }
}

/** Keys of what was written, each with how, and of what the backup has in its place a digest. */
type Noting = {
  readonly shape: Shape
  readonly mark: string
  /** Where the restore that is taken back kept the keys of what had been written before it. */
  readonly after: string | null
}

async function note(work: Work, sides: Sides, { shape, mark, after }: Noting): Promise<void> {
  const { config, session, context } = work
  const since = sinceTable(sides, shape.table)
  const [now, then] = [within(config.database.database, shape.table), within(sides.side, shape.table)]
  const tag = tagOf(context, mark)
  const into =
    shape.keys.length === 0 ? '_astern_how, _astern_was, _astern_n' : `${quoted(shape.keys)}, _astern_how, _astern_was`
  await session.run(`DROP TABLE IF EXISTS ${since}`)
  await session.run(`CREATE TABLE ${since} ${columnsOf(shape, then)}`)
  await inTransaction(session, async () => {
    for (const select of shape.keys.length === 0 ? [byContent(shape, now, then)] : byKey(shape, now, then))
      await session.run(`${tag} INSERT INTO ${since} (${into}) ${select}`)
    if (after !== null) await withoutEarlier(session, shape, { since, after, now })
    await record(work, since, shape, { today: now, backup: then })
    await markDone(session, context, mark, config.now().toISOString())
  })
}

/** Null: that restore kept none, since only one side had the table. */
async function sinceIn({ config, session }: Work, sides: Sides | null, table: string): Promise<string | null> {
  if (sides === null || !(await hasTable(session.rows, at(config, sides.side), sinceName(table)))) return null
  return sinceTable(sides, table)
}

const like = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'
const how = `_astern_how VARCHAR(10) ${like} NOT NULL, _astern_was CHAR(32) ${like} NOT NULL, ${isBack} TINYINT NOT NULL DEFAULT 0`

function columnsOf({ keys }: Shape, then: string): string {
  return keys.length === 0
    ? `(${how}, _astern_n BIGINT NOT NULL, PRIMARY KEY (_astern_how, _astern_was)) ENGINE = InnoDB`
    : `(_astern_id BIGINT NOT NULL AUTO_INCREMENT, ${how}, PRIMARY KEY (${quoted(keys)}), UNIQUE (_astern_id)) ENGINE = InnoDB AS SELECT ${list(keys, 't')} FROM ${then} t LIMIT 0`
}

function byKey({ keys, common, collations }: Shape, now: string, then: string): readonly string[] {
  const [first = ''] = keys
  const was = rowDigest(common, 't')
  return [
    `SELECT ${list(keys, 'o')}, 'inserted', '' FROM ${now} o LEFT JOIN ${then} t ON ${onKeys(keys, 'o', 't', collations)} WHERE ${of(first, 't')} IS NULL`,
    `SELECT ${list(keys, 't')}, 'updated', ${was} FROM ${now} o JOIN ${then} t ON ${onKeys(keys, 'o', 't', collations)} WHERE NOT (${sameIn(common, 'o', 't')})`,
    `SELECT ${list(keys, 't')}, 'deleted', ${was} FROM ${then} t LEFT JOIN ${now} o ON ${onKeys(keys, 'o', 't', collations)} WHERE ${of(first, 'o')} IS NULL`,
  ]
}

function byContent({ common }: Shape, now: string, then: string): string {
  const of = (table: string, sign: string): string => `SELECT ${rowDigest(common)} AS d, ${sign}1 AS n FROM ${table}`
  return `SELECT IF(SUM(n) > 0, 'inserted', 'deleted'), d, ABS(SUM(n)) FROM (${of(now, '')} UNION ALL ${of(then, '-')}) x GROUP BY d HAVING SUM(n) <> 0`
}

async function record(
  { session, context }: Work,
  since: string,
  shape: Shape,
  { today, backup }: { readonly today: string; readonly backup: string },
): Promise<void> {
  const n = shape.keys.length === 0 ? 'SUM(_astern_n)' : 'COUNT(*)'
  const rows = await session.rows(`SELECT _astern_how, ${n} AS n FROM ${since} GROUP BY _astern_how`)
  const counts = Object.fromEntries(rows.map(row => [String(row['_astern_how']), Number(row['n'])]))
  const lacking: Record<string, number> = {}
  for (const { name, plain } of shape.lacking) {
    const [row] = await session.rows(`SELECT COUNT(*) AS n FROM ${today} o WHERE NOT (${plain})`)
    lacking[name] = Number(row?.['n'])
  }
  const { inserted = 0, updated = 0, deleted = 0 } = counts
  const history = Math.max(0, (await historyIn(session.rows, today)) - (await historyIn(session.rows, backup)))
  await write({ session, context }, shape.table, { inserted, updated, deleted, lacking, history })
}

/** A table that the backup has not: all its rows came since. They stay where the swap leaves the table. */
async function gone({ config, session, context }: Work, table: string, mark: string): Promise<void> {
  const now = within(config.database.database, table)
  await inTransaction(session, async () => {
    const [row] = await session.rows(`SELECT COUNT(*) AS n FROM ${now}`)
    const counted = { inserted: Number(row?.['n']), updated: 0, deleted: 0, lacking: {} }
    await write({ session, context }, table, { ...counted, history: await historyIn(session.rows, now) })
    await markDone(session, context, mark, config.now().toISOString())
  })
}

async function write(
  { session, context }: Pick<Work, 'session' | 'context'>,
  table: string,
  { inserted, updated, deleted, lacking, history }: Required<Omit<Loss, 'table'>>,
): Promise<void> {
  await session.run(
    `REPLACE INTO ${quoteName(losses)} (run, tbl, inserted, updated, deleted, lacking, history) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    context.run,
    table,
    inserted,
    updated,
    deleted,
    JSON.stringify(lacking),
    history,
  )
}
