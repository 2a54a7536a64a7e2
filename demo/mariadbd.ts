import { execFile, spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { until } from './processes.ts'

export type Mariadbd = { readonly socket: string; readonly close: () => Promise<void> }

/** An empty server below `home`. It ends with whoever started it. */
export async function startMariadbd(home: string, port: number, options: readonly string[]): Promise<Mariadbd> {
  const data = join(home, 'data')
  const socket = join(home, 'socket')
  const log = join(home, 'error.log')
  // In a shared one a server that starts takes the temporary tables of those that run for leftovers of its own.
  const tmpdir = join(home, 'tmp')
  mkdirSync(tmpdir)
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []
  await promisify(execFile)(programs()?.install ?? '', [
    '--no-defaults',
    `--datadir=${data}`,
    `--tmpdir=${tmpdir}`,
    '--skip-test-db',
    '--auth-root-authentication-method=normal',
    ...asRoot,
  ])
  const argv = [
    '--no-defaults',
    `--datadir=${data}`,
    `--tmpdir=${tmpdir}`,
    `--socket=${socket}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--innodb-buffer-pool-size=32M',
    `--log-error=${log}`,
    ...asRoot,
    ...options,
  ]
  const server = spawn('setpriv', ['--pdeathsig', 'TERM', programs()?.server ?? '', ...argv], {
    cwd: home,
    detached: true,
    stdio: 'ignore',
  })
  const ended = new Promise<void>(resolve => server.once('exit', () => resolve()))
  await until(async () => {
    if (server.exitCode !== null) throw new Error(`mariadbd ended: ${readFileSync(log, 'utf8')}`)
    return answers(socket)
  }, 'MariaDB answers')
  return {
    socket,
    close: async () => {
      server.kill('SIGTERM')
      await ended
    },
  }
}

/** Where the two programs are; null: not installed. Debian keeps the server where only root's PATH looks. */
export function programs(): { readonly install: string; readonly server: string } | null {
  const [install, server] = [find('mariadb-install-db'), find('mariadbd')]
  return install === undefined || server === undefined ? null : { install, server }
}

function find(program: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter)
  return [...directories, '/usr/sbin', '/usr/local/sbin'].map(directory => join(directory, program)).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function answers(socketPath: string): Promise<boolean> {
  try {
    await (await createConnection({ socketPath, user: 'root' })).end()
    return true
  } catch {
    return false
  }
}
