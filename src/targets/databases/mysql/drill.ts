import type { Sight } from '../../../state/drill/mark.ts'
import type { Identity } from '../../../state/drill/identity.ts'
import { markIn } from '../drill-mark.ts'
import { drills } from '../names.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { firstThat } from './replication.ts'
import { hasTable } from './seen.ts'

/**
 * The server's own word, whatever address led to it. MySQL has a uuid, which a copied disk brings along; MariaDB has an id
 * of its machine and its port, or none at all; so name, port and directory stand beside it, or for it.
 */
export async function serverIdentity(query: Query, { database: { database } }: MysqlConfig): Promise<Identity> {
  const [row = {}] = await query('SELECT @@hostname, @@port, @@datadir, @@lower_case_table_names')
  const [hostname, port, directory, folded] = Object.values(row).map(String)
  const own = await firstThat(query, ['SELECT @@server_uuid', 'SELECT @@server_uid'])
  const uuid = Object.values(own?.[0] ?? {})[0]
  const place = `${hostname}:${port}:${directory}`
  const server = uuid === undefined || uuid === null || uuid === '' ? place : `${String(uuid)}:${port}:${directory}`
  const schema = folded === '0' ? database : database.toLowerCase()
  return { ids: [`server:${server}`, `schema:${server}/${schema}`], bound: [`name:${place}`] }
}

export async function drillSight(query: Query, config: MysqlConfig): Promise<Sight> {
  const identity = await serverIdentity(query, config)
  return { identity, mark: (await hasTable(query, config, drills)) ? await markIn(query) : null }
}
