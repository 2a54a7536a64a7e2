import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from 'mysql2/promise'
import type { ActCommand, DatabaseCommand } from '../../src/state/command.ts'
import type { MysqlDatabase } from '../../src/state/manifest.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { MysqlConfig } from '../../src/targets/databases/mysql/config.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import type { MariaDb } from './server.ts'
import { permitOf } from '../permit.ts'

/** The accounts of a shop's database: who reverses, who writes, who only reads. All from this machine, without passwords. */
export async function makeAccounts(root: Connection, database: string): Promise<void> {
  for (const sql of [
    `CREATE USER astern_${database}@'%'`,
    `GRANT ALL ON ${database}.* TO astern_${database}@'%'`,
    `GRANT CREATE USER, PROCESS, CONNECTION ADMIN, REPLICA MONITOR ON *.* TO astern_${database}@'%'`,
    `GRANT SELECT ON mysql.* TO astern_${database}@'%'`,
    // Schemas beside, for a restore; and definers that are others, with a binlog: SET USER and SUPER.
    'GRANT ALL ON `\\_astern\\_%`.* TO astern_' + database + "@'%'",
    `GRANT SET USER, SUPER ON *.* TO astern_${database}@'%'`,
    `CREATE USER writer_${database}@'%'`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${database}.* TO writer_${database}@'%'`,
    `CREATE USER reader_${database}@'%'`,
    `GRANT SELECT, SHOW VIEW ON ${database}.* TO reader_${database}@'%'`,
  ])
    await root.query(sql)
}

export function configOf(server: MariaDb, database: string, more: Partial<MysqlDatabase> = {}): MysqlConfig {
  return {
    name: 'main',
    database: {
      kind: 'mysql',
      server: { kind: 'tcp', host: '127.0.0.1', port: server.port, tls: null },
      database,
      account: { user: `astern_${database}`, password: null },
      writers: [`writer_${database}@%`],
      readers: [],
      migrations: { tool: 'dbmate', table: 'schema_migrations', from: { service: 'api', path: 'migrations' } },
      invariants: [],
      ...more,
    },
    resolve: value => Promise.resolve(value),
    now: () => new Date(),
    lockWaitSeconds: 1,
  }
}

/** A shop's database of its own on that server, for one test: whoever reverses it works from outside of it. */
export async function openShop(
  server: MariaDb,
  statements: readonly string[],
): Promise<{ readonly root: Connection; readonly database: string; readonly act: DatabaseAct }> {
  shops += 1
  const database = `shop_${shops}`
  const root = await server.root()
  await root.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`)
  await root.query(`USE ${database}`)
  for (const sql of statements) await root.query(sql)
  await makeAccounts(root, database)
  return { root, database, act: mysqlAct(configOf(server, database)) }
}

let shops = 0

/** What a run would have: a directory of its own, for as long as the tests run. */
const directory = join(tmpdir(), `astern-run-${process.pid}`)
mkdirSync(directory, { recursive: true })
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))

export const context = { run: 'r1', environment: 'shop', directory, holder: 'h' }

export function statementOf(sql: string, more: Partial<Extract<DatabaseCommand, { kind: 'database.statement' }>> = {}) {
  return {
    kind: 'database.statement',
    database: 'main',
    direction: 'down',
    migration: '2',
    index: 1,
    of: 1,
    sql,
    migrationsTable: 'schema_migrations',
    ...more,
  } as const
}

/** `lines`: its evidence, for whoever looks while it is at work. */
export async function applied(act: DatabaseAct, command: DatabaseCommand, where = context, lines: string[] = []) {
  const permit = permitOf(command as ActCommand, { run: where.run })
  return { outcome: await act.apply(command, permit, where, line => lines.push(line)), lines }
}
