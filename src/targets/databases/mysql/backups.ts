import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupsFact } from '../../../state/backup.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { noSides } from './rights.ts'
import type { Reading } from './reading.ts'
import { cannotMake, ungivable } from './restore/again.ts'
import { findBackups } from './restore/backups.ts'
import { historiesOf } from './restore/history.ts'

/** How many of the newest are read to their end, and up to which size of each: it takes as long as the disk does. */
const [readWhole, mostBytes] = [2, 2_000_000_000]

/** What lies where the manifest says, and what of today's schema tells how much came since. */
export async function backupsOf(reading: Reading, config: MysqlConfig, whole: boolean): Promise<BackupsFact | null> {
  const { backups: declared, database: schema, migrations } = config.database
  if (declared === undefined) return null
  const where = { ...declared, schema, migrations: migrations?.table ?? null, mostBytes }
  const [found, today] = await Promise.all([
    findBackups(where, whole ? readWhole : 0),
    reading(async query => ({
      nextIds: await nextIds(query, schema),
      freeBytes: await freeBytes(query, config),
      ...(await keptHistories(query, schema)),
      cannot: (await noSides(query, config)) ?? (await cannotMake(query, config)),
      ...(await grantsLost(query, config)),
    })),
  ])
  const { cannot: why, ...rest } = today.ok ? today.value : { nextIds: {}, freeBytes: null, cannot: null }
  return { ...found, ...rest, amiss: found.amiss ?? why }
}

async function nextIds(query: Query, schema: string): Promise<BackupsFact['nextIds']> {
  const rows = await query(
    'SELECT table_name, auto_increment FROM information_schema.tables WHERE table_schema = ? AND auto_increment IS NOT NULL',
    schema,
  )
  return Object.fromEntries(rows.map(row => Object.values(row)).map(([name, next]) => [String(name), Number(next)]))
}

async function grantsLost(query: Query, config: MysqlConfig): Promise<Pick<BackupsFact, 'grantsLost'>> {
  const statements = await ungivable(query, config)
  return statements?.length === 0 ? {} : { grantsLost: statements }
}

async function keptHistories(query: Query, schema: string): Promise<Pick<BackupsFact, 'histories'>> {
  const histories = await historiesOf(query, schema)
  return Object.keys(histories).length === 0 ? {} : { histories }
}

/** Only where the server's own directory is on this machine: the schema is looked for in it, since a path alone may be a container's. */
export async function freeBytes(
  query: Query,
  { database: { server, database } }: Pick<MysqlConfig, 'database'>,
): Promise<number | null> {
  const isNear = server.kind === 'socket' || ['127.0.0.1', 'localhost', '::1'].includes(server.host)
  if (!isNear) return null
  const [row] = await query('SELECT @@datadir AS datadir')
  const datadir = String(row?.['datadir'] ?? '')
  try {
    await stat(join(datadir, database))
    const { bavail, bsize } = await statfs(datadir)
    return bavail * bsize
  } catch {
    return null
  }
}
