import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createConnection, type Connection } from 'mysql2/promise'
import { freePort } from '../../src/targets/rooms/free-port.ts'
import { layEmptyData } from './empty-data.ts'

/** A MariaDB of a test's own, with a log of every statement it got and row-format binlogs. */
export type MariaDb = {
  readonly port: number
  readonly socket: string
  readonly directory: string
  /** A connection as root, over the socket. */
  readonly root: (database?: string) => Promise<Connection>
  /** Statements of the general log since it was last emptied, as it has them, oldest first. */
  readonly log: () => Promise<readonly Logged[]>
  readonly forgetLog: () => Promise<void>
  /** kill -9, and its end awaited. */
  readonly kill: () => Promise<void>
  /** SIGTERM, and its end awaited. */
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  readonly remove: () => Promise<void>
}

export type Logged = { readonly account: string; readonly session: number; readonly kind: string; readonly sql: string }

/** `options`: arguments of mariadbd, `--innodb-buffer-pool-size=1G`. */
export async function startMariaDb(options: readonly string[] = []): Promise<MariaDb> {
  const directory = await mkdtemp(join(tmpdir(), 'astern-mariadb-'))
  const data = join(directory, 'data')
  const socket = join(directory, 's')
  await layEmptyData(data)
  const port = await freePort()
  let running: ChildProcess | null = null

  const root: MariaDb['root'] = database =>
    createConnection({ socketPath: socket, user: 'root', ...(database === undefined ? {} : { database }) })
  const start: MariaDb['start'] = async () => {
    const argv = [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      // A server that starts clears its directory of temporary tables, others' too.
      `--tmpdir=${directory}`,
      '--log-output=TABLE',
      '--general-log=ON',
      '--log-bin=binlog',
      '--server-id=1',
      '--binlog-format=ROW',
      `--log-error=${join(directory, 'error.log')}`,
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
      ...options,
    ]
    running = spawn('mariadbd', argv, { stdio: 'ignore' })
    for (let connection: Connection | null = null; connection === null; await pause(50)) {
      if (running.exitCode !== null) throw new Error(await readFile(join(directory, 'error.log'), 'utf8'))
      connection = await root().catch(() => null)
      await connection?.end()
    }
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const child = running
    running = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = Promise.withResolvers<void>()
    child.once('exit', () => ended.resolve())
    child.kill(signal)
    await ended.promise
  }
  const asRoot = async <T>(use: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await root()
    return use(connection).finally(() => connection.end())
  }
  await start()
  return {
    port,
    socket,
    directory,
    root,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    log: () =>
      asRoot(async connection => {
        const [rows] = await connection.query(
          'SELECT user_host, thread_id, command_type, CONVERT(argument USING utf8mb4) AS argument FROM mysql.general_log ORDER BY event_time',
        )
        return (rows as Record<string, unknown>[]).map(
          ({ user_host: host, thread_id: id, command_type: kind, argument }) => ({
            account: String(host).replace(/\[.*/, ''),
            session: Number(id),
            kind: String(kind),
            sql: String(argument),
          }),
        )
      }),
    forgetLog: () => asRoot(async connection => void (await connection.query('TRUNCATE mysql.general_log'))),
    remove: async () => {
      await end('SIGKILL')
      await rm(directory, { recursive: true, force: true })
    },
  }
}
