import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { mysqlLook } from '../../src/targets/databases/mysql/look.ts'
import { databaseContract, shop, unpaid, type Stage } from './databases.contract.ts'

let server: MariaDb
let count = 0

databaseContract('a MariaDB database', {
  begin: async () => void (server = await startMariaDb()),
  end: () => server.remove(),
  open: async (): Promise<Stage> => {
    count += 1
    const database = `shop_${count}`
    const root = await server.root()
    await root.query(`CREATE DATABASE ${database}`)
    await root.query(`USE ${database}`)
    for (const sql of shop) await root.query(sql)
    const config = {
      name: 'main',
      database: {
        kind: 'mysql',
        server: { kind: 'socket', path: server.socket },
        database,
        account: { user: 'root', password: null },
        writers: [],
        readers: [],
        migrations: { tool: 'dbmate', table: 'schema_migrations', from: { service: 'api', path: 'migrations' } },
        invariants: unpaid,
      },
      resolve: (value: string) => Promise.resolve(value),
      now: () => new Date('2026-11-22T03:12:40Z'),
    } as const
    const act = mysqlAct(config)
    const look = mysqlLook(config)
    return {
      act,
      look,
      seals: true,
      sql: async (...statements) => {
        let rows: readonly Readonly<Record<string, unknown>>[] = []
        for (const sql of statements) {
          const [answer] = await root.query(sql)
          rows = Array.isArray(answer) ? (answer as Record<string, unknown>[]) : []
        }
        return rows
      },
      close: async () => {
        await Promise.all([act.close(), look.close(), root.end()])
      },
    }
  },
})
