import { spawn } from 'node:child_process'
import { copyFileSync, closeSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { mysqlModule } from './bundle.ts'
import { migrationsOf, type DatabaseKind } from './database.ts'
import { isHeld, holdersOf, until } from './processes.ts'
import type { ServiceName, Shop } from './stage.ts'

const sources = join(import.meta.dirname, 'shop')

export const start = [process.execPath, '--disable-warning=ExperimentalWarning', 'server.mjs']

export function serviceEnv(
  name: ServiceName,
  { ports, store }: Pick<Shop, 'ports' | 'store'>,
): Readonly<Record<string, string>> {
  const port = { PORT: String(ports[name]) }
  switch (name) {
    case 'auth':
      return { ...port, PROBE_PASSWORD: 'env:PROBE_PASSWORD' }
    case 'api':
      return { ...port, AUTH_PORT: String(ports.auth), SHOP_DB: store.shopDb }
    case 'worker':
      return { ...port, SHOP_DB: store.shopDb }
    case 'gateway':
      return { ...port, AUTH_PORT: String(ports.auth), API_PORT: String(ports.api) }
  }
}

/** Unpacks a release beside those that are there, whole or not at all. */
export async function layOut({ root, store }: Shop, name: ServiceName, release: string): Promise<void> {
  const base = join(root, 'host', name)
  const target = join(base, 'releases', release)
  const partial = `${target}.partial`
  mkdirSync(join(base, 'shared'), { recursive: true, mode: 0o755 })
  mkdirSync(partial, { recursive: true })
  copyFileSync(
    name === 'api' ? join(sources, 'api', `${release}.mjs`) : join(sources, `${name}.mjs`),
    join(partial, 'server.mjs'),
  )
  copyFileSync(join(sources, 'web.mjs'), join(partial, 'web.mjs'))
  writeFileSync(join(partial, 'release.json'), `${JSON.stringify({ version: release })}\n`)
  if (name === 'api' || name === 'worker') await layOutDatabase(store.kind, partial)
  if (name === 'api') {
    mkdirSync(join(partial, 'migrations'))
    for (const file of migrationsOf(store.kind, release))
      copyFileSync(file, join(partial, 'migrations', basename(file)))
  }
  renameSync(partial, target)
}

async function layOutDatabase(kind: DatabaseKind, to: string): Promise<void> {
  for (const file of ['database.mjs', 'sqlite.mjs']) copyFileSync(join(sources, file), join(to, file))
  if (kind === 'mariadb') writeFileSync(join(to, 'mysql.mjs'), await mysqlModule())
}

export function switchTo(root: string, name: ServiceName, release: string): void {
  const current = join(root, 'host', name, 'current')
  rmSync(`${current}.new`, { force: true })
  symlinkSync(join('releases', release), `${current}.new`)
  renameSync(`${current}.new`, current)
}

/** As the host's supervisor does, and Astern after it: holding the run lock for as long as it lives. */
export async function startService(shop: Shop, name: ServiceName, release: string): Promise<void> {
  const base = join(shop.root, 'host', name)
  const log = openSync(join(base, 'shared', 'service.log'), 'a', 0o600)
  const declared = Object.entries(serviceEnv(name, shop)).map(([key, value]) => [
    key,
    value.startsWith('env:') ? (shop.env[value.slice(4)] ?? '') : value,
  ])
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    ...Object.fromEntries(declared),
    ASTERN_SERVICE: name,
    ASTERN_RELEASE: release,
  }
  const child = spawn('flock', ['-n', '-E', '75', '-F', join(base, 'shared', 'run.lock'), ...start], {
    cwd: join(base, 'releases', release),
    env,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  await until(() => answers(shop.ports[name]), `${name} ${release} answers`)
}

export async function stopService(shop: Shop, name: ServiceName): Promise<void> {
  const lock = join(shop.root, 'host', name, 'shared', 'run.lock')
  for (const pid of holdersOf(lock)) process.kill(pid, 'SIGTERM')
  await until(() => !isHeld(lock), `${name} has stopped`)
}

export async function answers(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(2000) }).catch(
    () => null,
  )
  return response?.ok === true
}
