import { readFile } from 'node:fs/promises'
import type { Connection, ConnectionOptions } from 'mysql2/promise'
import type { Account, MysqlServer, MysqlTls } from '../../../state/manifest.ts'
import type { MysqlConfig } from './config.ts'

const connectMs = 10_000

/** One connection, checked against its certificate where there is tls. The driver is loaded when first asked for. */
export async function connect({ database, resolve }: MysqlConfig, account: Account): Promise<Connection> {
  // Its default: bundled, a CommonJS module has no other name when it is loaded late.
  const { createConnection } = (await import('mysql2/promise')).default
  const password = account.password === null ? {} : { password: await resolve(account.password) }
  return createConnection({
    ...(await placeOf(database.server)),
    user: account.user,
    ...password,
    database: database.database,
    connectTimeout: connectMs,
    enableKeepAlive: true,
    charset: 'utf8mb4',
    // Text as the server has it: a value that went through a Date or a double is another value.
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: false,
    jsonStrings: true,
    // A server must not be able to ask for files of this machine.
    // Nor does a statement mean something else here than to its own tool's client.
    flags: ['-LOCAL_FILES', '-IGNORE_SPACE'],
  })
}

async function placeOf(server: MysqlServer): Promise<ConnectionOptions> {
  if (server.kind === 'socket') return { socketPath: server.path }
  const { host, port, tls } = server
  return { host, port, ...(tls === null ? {} : { ssl: await filesOf(tls) }) }
}

async function filesOf(tls: MysqlTls): Promise<{ ca?: Buffer; cert?: Buffer; key?: Buffer; rejectUnauthorized: true }> {
  const [ca, cert, key] = await Promise.all(
    [tls.ca, tls.cert, tls.key].map(file => (file === undefined ? Promise.resolve(undefined) : readFile(file))),
  )
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: true,
  }
}
