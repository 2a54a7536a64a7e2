import type { DatabaseFact } from '../../../state/facts.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import type { Reading } from './reading.ts'
import { quoteName } from './names.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { hasTable, schemaNow } from './seen.ts'
import { unseen } from './schema/unseen.ts'
import { serverNow } from './server.ts'
import { trackingNow } from '../tracking.ts'

/** Rows are the server's own estimates: to count a large table takes longer than people wait. */
export async function observe(reading: Reading, config: MysqlConfig): Promise<DatabaseFact> {
  const read = await reading(async query => {
    const schema = await schemaNow(query, config)
    const { rows, bytes } = await sizes(query, config)
    const hidden = await unseen(query, config.database.database)
    return {
      schema,
      fingerprint: fingerprintOf(schema),
      ...(await trackingNow(query, config.database.migrations, quoteName, table => hasTable(query, config, table))),
      rows,
      sizeBytes: bytes,
      server: await serverNow(query, config),
      ...(hidden.length === 0 ? {} : { unseen: hidden }),
    }
  })
  if (read.ok) return { fault: null, migrations: [], freeBytes: null, ...read.value }
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

async function sizes(
  query: Query,
  { database }: MysqlConfig,
): Promise<{ readonly rows: Readonly<Record<string, number>>; readonly bytes: number }> {
  const found = await query(
    "SELECT table_name, table_rows, data_length + index_length FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE' ORDER BY table_name",
    database.database,
  )
  const tables = found
    .map(row => Object.values(row))
    .map(([name, rows, bytes]) => ({ name: String(name), rows: Number(rows ?? 0), bytes: Number(bytes ?? 0) }))
  const own = tables.filter(({ name }) => !name.startsWith('_astern_') && name !== database.migrations?.table)
  return {
    rows: Object.fromEntries(own.map(({ name, rows }) => [name, rows])),
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
