import type { Result } from '../../../../state/fault.ts'
import { within } from '../restore/sides.ts'
import type { Query } from '../../query.ts'
import type { CloneFound } from '../../port.ts'
import type { MysqlConfig } from '../config.ts'
import { databaseFault } from '../faults.ts'
import { lookSession } from '../sessions.ts'
import { LinkLost, Refused } from '../trouble.ts'
import { cloneLock, cloneTable, isClone } from './names.ts'
import { nowhere, roomOf } from './room.ts'

/** Clones of this database that stand on the rehearsal's server, by looking alone. */
export async function findClones(config: MysqlConfig, environment: string): Promise<Result<readonly CloneFound[]>> {
  const { rehearsal } = config.database
  if (rehearsal === undefined) return { ok: true, value: [] }
  const room = roomOf(config, rehearsal, nowhere)
  const session = lookSession(room)
  try {
    return { ok: true, value: await clonesIn(session.rows, { environment, database: config.name }) }
  } catch (error) {
    if (!(error instanceof Refused || error instanceof LinkLost)) throw error
    return { ok: false, fault: databaseFault(room.name, error, 'Nothing can be rehearsed there.') }
  } finally {
    await session.close()
  }
}

export type Whose = { readonly environment: string; readonly database: string }

/** Without those of other databases. One that says nothing of whose it is was cut off before it did. */
export async function clonesIn(query: Query, own: Whose): Promise<readonly CloneFound[]> {
  const rows = await query(
    "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '\\_astern\\_rehearsal\\_%'",
  )
  const found: CloneFound[] = []
  for (const name of rows.map(row => String(Object.values(row)[0])).filter(isClone)) {
    const whose = await ownerOf(query, name)
    if (whose !== null && (whose.database !== own.database || whose.environment !== own.environment)) continue
    const [lock] = await query('SELECT IS_USED_LOCK(?) AS holder', cloneLock(name))
    found.push({ name, since: whose?.at ?? null, by: whose?.run ?? null, inUse: lock?.['holder'] != null })
  }
  return found
}

async function ownerOf(
  query: Query,
  schema: string,
): Promise<(Whose & { readonly run: string; readonly at: string }) | null> {
  const [tables] = await query('SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = ?', schema)
  if (Number(tables?.['n']) === 0) return null
  const [row] = await query(`SELECT environment, db, run, at FROM ${within(schema, cloneTable)}`)
  if (row === undefined) return null
  const text = (column: string): string => String(row[column])
  return { environment: text('environment'), database: text('db'), run: text('run'), at: text('at') }
}
