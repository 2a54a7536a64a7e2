import type { DatabaseFact } from '../../../state/facts.ts'
import type { Fault } from '../../../state/fault.ts'
import { wrongTool } from '../../../state/migrations/wrong-tool.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import type { Reading } from './reading.ts'
import { quoteName } from './names.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { columnsOf, hasTable, schemaNow } from './seen.ts'
import { unseen } from './schema/unseen.ts'
import { serverNow } from './server.ts'
import { trackingNow } from '../tracking.ts'

/** Rows are the server's own estimates: to count a large table takes longer than people wait. */
export async function observe(reading: Reading, config: MysqlConfig): Promise<DatabaseFact> {
  const read = await reading(async query => {
    const schema = await schemaNow(query, config)
    const { names, rows, bytes, plain } = await sizes(query, config)
    const hidden = await unseen(query, config.database.database)
    return {
      fault: await otherTool(query, config, names),
      schema,
      fingerprint: fingerprintOf(schema),
      ...(await trackingNow(query, config.database.migrations, quoteName, table => hasTable(query, config, table))),
      rows,
      sizeBytes: bytes,
      ...(plain.length === 0 ? {} : { withoutTransactions: plain }),
      server: await serverNow(query, config),
      ...(hidden.length === 0 ? {} : { unseen: hidden }),
    }
  })
  if (read.ok) return { migrations: [], freeBytes: null, ...read.value }
  const nothing = {
    fingerprint: null,
    schema: [],
    applied: [],
    migrations: [],
    rows: {},
    sizeBytes: null,
    freeBytes: null,
  }
  return { fault: read.fault, ...nothing }
}

/** A tool that another one's table belies would be believed to have nothing applied. */
async function otherTool(query: Query, config: MysqlConfig, tables: readonly string[]): Promise<Fault | null> {
  const { migrations } = config.database
  if (migrations === null) return null
  const columns = (await columnsOf(query, config, migrations.table)).map(({ name }) => name)
  const isNamed = (table: string): boolean => table.toLowerCase() === migrations.table.toLowerCase()
  return wrongTool(config.name, migrations, tables, table => (isNamed(table) && columns.length > 0 ? columns : null))
}

async function sizes(
  query: Query,
  { database }: MysqlConfig,
): Promise<{
  readonly names: readonly string[]
  readonly rows: Readonly<Record<string, number>>
  readonly bytes: number
  readonly plain: readonly string[]
}> {
  const found = await query(
    "SELECT table_name, table_rows, data_length + index_length, engine FROM information_schema.tables WHERE table_schema = ? AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY table_name",
    database.database,
  )
  const tables = found
    .map(row => Object.values(row))
    .map(([name, rows, bytes, engine]) => ({
      name: String(name),
      rows: Number(rows ?? 0),
      bytes: Number(bytes ?? 0),
      engine: String(engine),
    }))
  const own = tables.filter(({ name }) => !name.startsWith('_astern_') && name !== database.migrations?.table)
  return {
    names: tables.map(({ name }) => name),
    rows: Object.fromEntries(own.map(({ name, rows }) => [name, rows])),
    plain: own.flatMap(({ name, engine }) => (/^(?:MyISAM|Aria|MEMORY|CSV|ARCHIVE)$/i.test(engine) ? [name] : [])),
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
