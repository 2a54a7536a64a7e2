import type { Database } from '../../state/manifest.ts'
import type { DatabaseLook } from './port.ts'
import { mysqlLook } from './mysql/look.ts'
import type { MysqlConfig } from './mysql/config.ts'
import { sqliteLook } from './sqlite/look.ts'
import type { SqliteConfig } from './sqlite/config.ts'

/** What adapters of databases need from outside. */
export type DatabaseMeans = Omit<SqliteConfig, 'name' | 'database'> & Omit<MysqlConfig, 'name' | 'database'>

export function databaseLook(name: string, database: Database, means: DatabaseMeans): DatabaseLook {
  return database.kind === 'sqlite' ? sqliteLook({ ...means, name, database }) : mysqlLook({ ...means, name, database })
}
