import type { RunContext } from '../../../permit.ts'
import { archives, markOf } from '../../names.ts'
import { archiveName, asItStands } from './archive.ts'
import type { MysqlConfig } from '../config.ts'
import { ensureMarks, markDone } from './marks.ts'
import { bytesOf, list, onKeys, type Typed } from '../columns.ts'
import { quoteName } from '../names.ts'
import { columnsOf, estimateOf, hasTable, keyOf } from '../seen.ts'
import type { Session } from '../session.ts'
import { inTransaction } from './transaction.ts'

/** Key and digest of each row as the reversal left it. A table that is gone, or has no key, has none. */
export async function seal(config: MysqlConfig, session: Session, table: string, context: RunContext): Promise<string> {
  const mark = markOf({ kind: 'database.seal', database: config.name, table })
  const at = config.now().toISOString()
  const keys = (await hasTable(session.rows, config, table)) ? await keyOf(session.rows, config, table) : []
  await ensureMarks(session)
  if (keys.length === 0 || !(await wereKeys(session, context, table, keys))) {
    await markDone(session, context, mark, at)
    return `${table} is gone, or has no key or another one: its rows cannot be told apart`
  }
  const columns = (await columnsOf(session.rows, config, table)).filter(({ generated }) => !generated)
  config.say?.({ rows: await estimateOf(session.rows, config, table) })
  const rows = await keepKeys(session, archiveName(context.run, table, 'after'), keys, {
    select: `SELECT ${list(keys)}, ${rowDigest(columns)} AS _digest FROM ${quoteName(table)}`,
    record: async () => {
      await session.run(
        `UPDATE ${quoteName(archives)} SET sealed = ? WHERE run = ? AND tbl = ?`,
        JSON.stringify(columns.map(({ name }) => name)),
        context.run,
        table,
      )
      await markDone(session, context, mark, at)
    },
  })
  return `${rows} rows of ${table} noted as they stand`
}

/** As they were when its rows were kept: a way down may have given the table another key. */
async function wereKeys(
  session: Session,
  { run }: RunContext,
  table: string,
  keys: readonly string[],
): Promise<boolean> {
  const [found] = await session.rows(
    `SELECT key_columns FROM ${quoteName(archives)} WHERE run = ? AND tbl = ?`,
    run,
    table,
  )
  return String(found?.['key_columns']) === JSON.stringify(keys)
}

/** Before the way up: keys of those rows that are still as `run` sealed them. */
export async function compare(
  config: MysqlConfig,
  session: Session,
  command: { readonly run: string; readonly table: string },
  context: RunContext,
): Promise<string> {
  const { run, table } = command
  const mark = markOf({ kind: 'database.compare', database: config.name, run, table })
  const at = config.now().toISOString()
  const [found] = await session.rows(
    `SELECT sealed, key_columns FROM ${quoteName(archives)} WHERE run = ? AND tbl = ?`,
    run,
    table,
  )
  const sealed = found?.['sealed'] == null ? null : (JSON.parse(String(found['sealed'])) as readonly string[])
  await ensureMarks(session)
  if (sealed === null || !(await hasTable(session.rows, config, table))) {
    await markDone(session, context, mark, at)
    return `${table} was not there after the reversal`
  }
  const keys = JSON.parse(String(found?.['key_columns'])) as readonly string[]
  const there = await columnsOf(session.rows, config, table)
  const columns = sealed.flatMap(name => there.filter(column => column.name === name))
  const same = columns.length === sealed.length ? `s._digest = ${rowDigest(columns, 't')}` : '0'
  config.say?.({ rows: await estimateOf(session.rows, config, table) })
  const rows = await keepKeys(session, archiveName(context.run, table, 'same'), keys, {
    select: `SELECT ${list(keys, 't')} FROM ${quoteName(archiveName(run, table, 'after'))} s JOIN ${quoteName(table)} t ON ${onKeys(keys, 's', 't')} WHERE ${same}`,
    record: () => markDone(session, context, mark, at),
  })
  return `${rows} rows of ${table} untouched since`
}

async function keepKeys(
  session: Session,
  name: string,
  keys: readonly string[],
  { select, record }: { readonly select: string; readonly record: () => Promise<void> },
): Promise<number> {
  return asItStands(session, async () => {
    await session.run(`DROP TABLE IF EXISTS ${quoteName(name)}`)
    await session.run(
      `CREATE TABLE ${quoteName(name)} (PRIMARY KEY (${list(keys)})) ENGINE = InnoDB AS ${select} LIMIT 0`,
    )
    return inTransaction(session, async () => {
      const rows = await session.run(`INSERT INTO ${quoteName(name)} ${select}`)
      await record()
      return rows
    })
  })
}

/** One digest of a row's values, in which NULL is no empty text and no value runs into the next. */
export function rowDigest(columns: readonly Typed[], from?: string): string {
  const digests = columns.map(column => `IFNULL(MD5(${bytesOf(column, from)}), '~')`)
  return `MD5(CONCAT_WS(',', ${digests.join(', ')}))`
}
