import type { Database } from '../../state/manifest.ts'
import type { DatabaseMeans } from './looks.ts'
import { mysqlAct } from './mysql/act/act.ts'
import type { DatabaseAct } from './port.ts'
import { sqliteAct } from './sqlite/act.ts'

export function databaseAct(name: string, database: Database, means: DatabaseMeans): DatabaseAct {
  return database.kind === 'sqlite' ? sqliteAct({ ...means, name, database }) : mysqlAct({ ...means, name, database })
}
