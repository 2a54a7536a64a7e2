import { createHash } from 'node:crypto'
import { ownTables } from '../../../state/migrations/tables.ts'
import type { Probed } from '../../../state/facts.ts'
import type { ProgramCommand } from '../../../state/program-command.ts'
import { isDone, judgeProgram, type Standing } from '../../../state/program-verdict.ts'
import type { RunContext } from '../../permit.ts'
import { markOf } from '../names.ts'
import type { Query } from '../query.ts'
import { trackingNow } from '../tracking.ts'
import type { MysqlConfig } from './config.ts'
import { findMark } from './marks.ts'
import { quoteName } from './names.ts'
import { processes } from './processes.ts'
import { fingerprintNow, hasTable } from './seen.ts'
import { sumTables } from './sums/sum.ts'

/** One that still runs is waited for first, and so is what the server is at in its name; then the database tells. */
export async function probeProgram(
  query: Query,
  config: MysqlConfig,
  command: ProgramCommand,
  context: RunContext,
): Promise<Probed> {
  const ended = await config.programs?.ended(command, context)
  if (ended?.ok === false) return { verdict: 'unclear', observed: null, says: ended.fault.what }
  await untilQuiet(query, config)
  const before = await standingBefore(query, config, command, context)
  const now = await standingNow(query, config, before !== null)
  const exit =
    ended?.value == null
      ? ''
      : `; its program ended with ${ended.value.code}${ended.value.last === '' ? '' : `: ${ended.value.last}`}`
  const { verdict, says } = judgeProgram(command, now, before)
  return { verdict, observed: { done: isDone(command, now.applied) }, says: `${says}${exit}` }
}

/** As its markers have it; null: it was never begun. */
export async function standingBefore(
  query: Query,
  config: MysqlConfig,
  command: ProgramCommand,
  context: RunContext,
): Promise<Pick<Standing, 'schema' | 'rows'> | null> {
  const mark = markOf(command)
  const [schema, rows] = [
    await findMark(query, config, context, mark),
    await findMark(query, config, context, rowsMark(mark)),
  ]
  return schema === null ? null : { schema: schema.before ?? '', rows: rows?.before ?? '' }
}

export function rowsMark(mark: string): string {
  return `${mark}, rows`
}

/** `withRows` false: they are not summed up, since nothing is there to compare them with. */
export async function standingNow(query: Query, config: MysqlConfig, withRows = true): Promise<Standing> {
  const { migrations } = config.database
  const tracking = await trackingNow(query, migrations, quoteName, table => hasTable(query, config, table))
  return {
    applied: tracking.applied,
    schema: await fingerprintNow(query, config),
    rows: withRows ? await rowsNow(query, config) : '',
    locks: (tracking.dirty ?? []).map(({ what }) => what),
  }
}

/** Every row of every table that is neither Astern's nor the tool's, as one digest. */
async function rowsNow(query: Query, { database: { database, migrations } }: MysqlConfig): Promise<string> {
  const found = await query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE' ORDER BY table_name",
    database,
  )
  const own = migrations === null ? [] : ownTables(migrations.tool, migrations.table)
  const tables = found
    .map(row => String(Object.values(row)[0]))
    .filter(name => !name.startsWith('_astern_') && !own.includes(name))
  const { sums } = await sumTables(query, tables, { database })
  return createHash('md5').update(JSON.stringify(sums)).digest('hex')
}

/** A server goes on with a statement whose client is gone, and the program's account is the one that reverses. */
export async function untilQuiet(query: Query, { database: { database, account } }: MysqlConfig): Promise<void> {
  for (;;) {
    const busy = (await processes(query)).filter(
      ({ user, schema, command }) => user === account.user && schema === database && command !== 'Sleep',
    )
    if (busy.length === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, 300)
    await promise
  }
}
