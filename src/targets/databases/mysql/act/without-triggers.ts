import type { Evidence } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { triggers } from '../../names.ts'
import type { MysqlConfig } from '../config.ts'
import { findMark } from '../marks.ts'
import { quoteName } from '../names.ts'
import { definitionsOf, type Settings } from '../restore/definitions.ts'
import { hasTable } from '../seen.ts'
import type { Session } from '../session.ts'
import { LinkLost } from '../trouble.ts'
import { markDone } from './marks.ts'
import { inTransaction } from './transaction.ts'
import { withSettings } from './with-settings.ts'

type Trigger = { readonly name: string; readonly text: string; readonly settings: Settings }

/**
 * Rows that return have been there before: what a trigger did by them then must not be done a second time. Its text is kept before it
 * goes, and it is made again with the settings it had; a run that was cut off in between finds both.
 */
export async function withoutTriggers<T>(
  config: MysqlConfig,
  session: Session,
  context: RunContext,
  table: string,
  work: () => Promise<T>,
): Promise<T> {
  await keep(config, session, context, table)
  const kept = await keptOf(session, context, table)
  const again = async (): Promise<void> => {
    for (const trigger of kept) await makeAgain(session, trigger)
  }
  try {
    for (const { name } of kept) await session.run(`DROP TRIGGER IF EXISTS ${quoteName(name)}`)
    const done = await work()
    await again()
    return done
  } catch (error) {
    if (!(error instanceof LinkLost)) await again()
    throw error
  }
}

/** Those that a run took off and could not make again, made again before writers come. */
export async function triggersBack(
  config: MysqlConfig,
  session: Session,
  context: RunContext,
  evidence: Evidence,
): Promise<void> {
  if (!(await hasTable(session.rows, config, triggers))) return
  const tables = await session.rows(`SELECT DISTINCT tbl FROM ${quoteName(triggers)} WHERE run = ?`, context.run)
  const there = (await definitionsOf(session.rows, config.database.database, ['trigger'])).map(({ name }) => name)
  for (const { tbl } of tables) {
    const kept = await keptOf(session, context, String(tbl))
    if (kept.every(({ name }) => there.includes(name)) || !(await hasTable(session.rows, config, String(tbl)))) continue
    for (const trigger of kept) await makeAgain(session, trigger)
    evidence(`triggers of ${String(tbl)} made again`)
  }
}

async function keep(config: MysqlConfig, session: Session, context: RunContext, table: string): Promise<void> {
  const mark = `triggers of ${table} kept`
  if ((await findMark(session.rows, config, context, mark))?.done === true) return
  await session.run(
    `CREATE TABLE IF NOT EXISTS ${quoteName(triggers)} (run VARCHAR(64) NOT NULL, tbl VARCHAR(64) NOT NULL, place INT NOT NULL, name VARCHAR(64) NOT NULL, text LONGTEXT NOT NULL, settings TEXT NOT NULL, PRIMARY KEY (run, tbl, name)) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  )
  const all = await definitionsOf(session.rows, config.database.database, ['trigger'])
  const own = all.filter(one => one.table === table)
  await inTransaction(session, async () => {
    for (const [place, { name, text, settings }] of own.entries())
      await session.run(
        `REPLACE INTO ${quoteName(triggers)} (run, tbl, place, name, text, settings) VALUES (?, ?, ?, ?, ?, ?)`,
        context.run,
        table,
        place,
        name,
        text,
        JSON.stringify(settings),
      )
    await markDone(session, context, mark, config.now().toISOString())
  })
}

async function keptOf(session: Session, { run }: RunContext, table: string): Promise<readonly Trigger[]> {
  const rows = await session.rows(
    `SELECT name, text, settings FROM ${quoteName(triggers)} WHERE run = ? AND tbl = ? ORDER BY place`,
    run,
    table,
  )
  return rows.map(({ name, text, settings }) => ({
    name: String(name),
    text: String(text),
    settings: JSON.parse(String(settings)) as Settings,
  }))
}

async function makeAgain(session: Session, { name, text, settings }: Trigger): Promise<void> {
  await withSettings(session, settings, async () => {
    await session.run(`DROP TRIGGER IF EXISTS ${quoteName(name)}`)
    await session.run(text)
  })
}
