import type { Result } from '../state/fault.ts'
import type { Json } from '../state/json.ts'
import type { Manifest } from '../state/manifest.ts'
import { databaseLook } from './databases/looks.ts'
import { databaseMeans, type TargetMeans } from './looks.ts'

/** The first cell of a query's first row. */
export type Cell = (database: string, sql: string, timeoutMs: number) => Promise<Result<Json>>

/**
 * Each on a session of its own, which can only read and is over soon after its time: one that hangs holds up no other, and
 * nothing that the run itself asks of the database.
 */
export function cellsOf(manifest: Manifest, means: TargetMeans): Cell {
  return async (name, sql, timeoutMs) => {
    const database = manifest.databases[name]
    if (database === undefined) throw new Error(`no database ${name}`)
    const lookSeconds = Math.ceil(timeoutMs / 1000) + 1
    const look = databaseLook(name, database, { ...databaseMeans(means, null), lookSeconds })
    return look.cell(sql).finally(() => void look.close().catch(() => {}))
  }
}
