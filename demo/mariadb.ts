import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection, type Connection } from 'mysql2/promise'
import type { ShopDatabase } from './database.ts'
import { startMariadbd } from './mariadbd.ts'
import type { Reference } from './stage.ts'

/** What Astern's account has to be allowed. */
const rights = {
  schema: [
    'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER',
    // To see the whole schema, which its fingerprint stands for.
    'SHOW VIEW, TRIGGER, EVENT, ALTER ROUTINE',
    // What else migrations may do.
    'INDEX, REFERENCES, CREATE VIEW, CREATE ROUTINE',
  ].join(', '),
  // Whether an account was locked before stands in the server's own schema.
  accounts: 'SELECT',
  // To lock the writers, see and end their sessions, and tell a replica.
  server: 'CREATE USER, PROCESS, CONNECTION ADMIN, REPLICA MONITOR',
} as const

/** A MariaDB of the shop's own below its root: on a socket for the demo itself, on loopback for the shop and for Astern. */
export async function openMariadb(
  root: string,
  port: number,
  reference: Reference,
  options: readonly string[] = [],
): Promise<ShopDatabase> {
  const home = join(root, 'mariadb')
  mkdirSync(home, { mode: 0o700 })
  const server = await startMariadbd(home, port, options)
  const connect = (): Promise<Connection> =>
    createConnection({ socketPath: server.socket, user: 'root', multipleStatements: true })
  const query = async (sql: string): Promise<unknown> => {
    const connection = await connect()
    try {
      const [answer] = await connection.query(sql)
      return answer
    } finally {
      await connection.end()
    }
  }
  const passwords = { shop: randomBytes(18).toString('base64url'), astern: randomBytes(18).toString('base64url') }
  await query(accounts(passwords)).catch(async (error: unknown) => {
    await server.close()
    throw error
  })
  return {
    kind: 'mariadb',
    place: server.socket,
    shopDb: reference('SHOP_DB'),
    declared: {
      mysql: { host: '127.0.0.1', port, user: 'astern', password: reference('ASTERN_DB_PASSWORD'), database: 'shop' },
      writers: { accounts: ['shop@%'] },
    },
    env: {
      SHOP_DB: `mysql://shop:${passwords.shop}@127.0.0.1:${port}/shop`,
      ASTERN_DB_PASSWORD: passwords.astern,
    },
    run: async script => void (await query(`USE shop; ${script}`)),
    rows: async sql => ((await query(`USE shop; ${sql}`)) as Record<string, unknown>[][])[1] ?? [],
    close: server.close,
  }
}

function accounts({ shop, astern }: { readonly shop: string; readonly astern: string }): string {
  return `CREATE DATABASE shop CHARACTER SET utf8mb4;
    CREATE USER 'shop'@'%' IDENTIFIED BY '${shop}';
    GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO 'shop'@'%';
    CREATE USER 'astern'@'%' IDENTIFIED BY '${astern}';
    GRANT ${rights.schema} ON shop.* TO 'astern'@'%';
    GRANT ${rights.accounts} ON mysql.* TO 'astern'@'%';
    GRANT ${rights.server} ON *.* TO 'astern'@'%'`
}
