import { spawn } from 'node:child_process'
import {
  copyFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { migrationsOf, type DatabaseKind } from './database.ts'
import { isHeld, holdersOf, until } from './processes.ts'
import { apiOf } from './releases.ts'
import { driver, sources } from './sources.ts'
import type { ServiceName, Shop, Wiring } from './stage.ts'

export const start = [process.execPath, '--disable-warning=ExperimentalWarning', 'server.mjs']

export function serviceEnv(
  name: ServiceName,
  { ports, ways, store, reference }: Wiring,
): Readonly<Record<string, string>> {
  const port = { PORT: String(ports[name]) }
  switch (name) {
    case 'auth':
      return { ...port, PROBE_PASSWORD: reference('PROBE_PASSWORD') }
    case 'api':
      return { ...port, AUTH_PORT: String(ways.auth), SHOP_DB: store.shopDb }
    case 'worker':
      return { ...port, SHOP_DB: store.shopDb }
    case 'gateway':
      return { ...port, AUTH_PORT: String(ways.auth), API_PORT: String(ways.api) }
  }
}

/** With what the references in it stand for. */
export function valuesOf(
  declared: Readonly<Record<string, string>>,
  { env, reference }: Pick<Shop, 'env' | 'reference'>,
): Readonly<Record<string, string>> {
  const secrets = new Map(Object.entries(env).map(([name, value]) => [reference(name), value]))
  return Object.fromEntries(Object.entries(declared).map(([key, value]) => [key, secrets.get(value) ?? value]))
}

/** Unpacks a release beside those that are there, whole or not at all. */
export async function layOut(
  { root, store }: Pick<Shop, 'root' | 'store'>,
  name: ServiceName,
  release: string,
): Promise<void> {
  const base = join(root, 'host', name)
  const target = join(base, 'releases', release)
  if (existsSync(target)) return
  const partial = `${target}.partial`
  mkdirSync(join(base, 'shared'), { recursive: true, mode: 0o755 })
  mkdirSync(partial, { recursive: true })
  copyFileSync(
    join(sources, 'shop', name === 'api' ? `api/${apiOf(release)}.mjs` : `${name}.mjs`),
    join(partial, 'server.mjs'),
  )
  copyFileSync(join(sources, 'shop', 'web.mjs'), join(partial, 'web.mjs'))
  writeFileSync(join(partial, 'release.json'), `${JSON.stringify({ version: release })}\n`)
  if (name === 'api' || name === 'worker') layOutDatabase(store.kind, partial)
  if (name === 'api') {
    mkdirSync(join(partial, 'migrations'))
    for (const file of migrationsOf(store.kind, release))
      copyFileSync(file, join(partial, 'migrations', basename(file)))
  }
  renameSync(partial, target)
}

function layOutDatabase(kind: DatabaseKind, to: string): void {
  for (const file of ['database.mjs', 'sqlite.mjs']) copyFileSync(join(sources, 'shop', file), join(to, file))
  if (kind === 'mariadb') copyFileSync(driver, join(to, 'mysql.mjs'))
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
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    ...valuesOf(serviceEnv(name, shop), shop),
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

/** What it says of itself; null: it does not. */
export async function versionAt(port: number): Promise<string | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(2000) })
    return ((await response.json()) as { readonly version: string }).version
  } catch {
    return null
  }
}

export async function answers(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(2000) }).catch(
    () => null,
  )
  return response?.ok === true
}
