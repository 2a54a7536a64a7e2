import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isTry, type ActCommand, type Command } from '../../src/state/command.ts'
import type { Service, Timing } from '../../src/state/manifest.ts'
import type { Permit, RunContext } from '../../src/targets/permit.ts'
import { releasesAct } from '../../src/targets/services/releases/act.ts'
import { holderOf } from '../../src/targets/services/releases/holder.ts'
import type { ReleasesConfig } from '../../src/targets/services/releases/layout.ts'
import { permitOf } from '../permit.ts'

/** How one release of the little service behaves. */
export type Manner = {
  readonly says?: string
  readonly health?: number
  /** Goes on after SIGTERM. */
  readonly stubborn?: boolean
  /** Ends with 3 when its health is asked for once more. */
  readonly endsAfterLooks?: number
  /** Its health is 503 for so many looks. */
  readonly warmUp?: number
}

export type Shop = Awaited<ReturnType<typeof openShop>>

export const service = 'api'
export const host = 'web-1'
export const instance = { service, host }

/** Short enough to wait for, long enough for a busy machine. */
export const timing: Timing = {
  healthDeadlineMs: 60_000,
  probeIntervalMs: 40,
  probeTimeoutMs: 20_000,
  consecutive: 3,
  stableMs: 200,
  watchMs: 0,
  turnBackMs: 0,
}

/**
 * A host of its own below a temporary directory, with one real service. The service takes any free port and writes it
 * down; probes reach it through a front on a port that stays, as they would through a gateway.
 */
export async function openShop(changes: Partial<Service> = {}, times: Partial<Timing> = {}) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'astern-services-')))
  const base = join(root, 'srv', service)
  const shared = join(base, 'shared')
  await mkdir(shared, { recursive: true })
  await mkdir(join(base, 'releases'))
  const front = await openFront(join(shared, 'port'))
  const config = configOf(root, front.port, shared, changes, times)
  return {
    root,
    base,
    shared,
    config,
    act: releasesAct(config),
    release: (name: string, manner: Manner = {}) => writeRelease(base, name, manner),
    point: (name: string) => pointLink(base, name),
    /** Releases in the order in which their processes began, as they wrote it down themselves. */
    starts: () => linesOf(join(shared, 'starts.log')),
    pid: () => holderOf(join(shared, 'run.lock')),
    close: async () => {
      await endHolder(join(shared, 'run.lock'))
      front.close()
      await rm(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function configOf(
  root: string,
  port: number,
  shared: string,
  changes: Partial<Service>,
  times: Partial<Timing>,
): ReleasesConfig {
  const declared: Service = {
    hosts: [host],
    release: { path: 'srv/api', start: [process.execPath, '{release}/server.mjs'], env: { SHARED: shared } },
    kind: 'web',
    dependsOn: [],
    stop: { graceMs: 30_000 },
    health: { kind: 'http', url: `http://{host}:${port}/healthz`, status: 200 },
    identity: { url: `http://{host}:${port}/version`, json: '$.version' },
    ...changes,
  }
  return {
    environment: 'shop',
    hosts: { [host]: { kind: 'releases', root, address: '127.0.0.1' } },
    services: { [service]: declared },
    timing: { ...timing, ...times },
    resolve: async value => value.replace(/^env:/, 'resolved '),
    now: () => new Date('2026-11-22T03:12:00Z'),
  }
}

async function openFront(portFile: string): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createServer((asked, answer) => {
    readFile(portFile, 'utf8').then(
      port => {
        const behind = request({ host: '127.0.0.1', port: Number(port), path: asked.url, agent: false }, said => {
          answer.writeHead(said.statusCode ?? 502)
          said.pipe(answer)
        })
        behind.on('error', () => answer.writeHead(502).end())
        behind.end()
      },
      () => answer.writeHead(502).end(),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { port, close: () => (server.closeAllConnections(), server.close()) }
}

async function writeRelease(base: string, name: string, manner: Manner): Promise<void> {
  const directory = join(base, 'releases', name)
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'server.mjs'), await readFile(join(import.meta.dirname, 'services-server.mjs')))
  await writeFile(join(directory, 'manner.json'), JSON.stringify({ says: name, ...manner }))
}

async function pointLink(base: string, name: string): Promise<void> {
  const fresh = join(base, 'current.test')
  await symlink(join('releases', name), fresh)
  await rename(fresh, join(base, 'current'))
}

async function linesOf(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter(line => line !== '')
}

/** Ends whatever holds the lock, by its id, and waits until nobody does. */
export async function endHolder(lock: string): Promise<void> {
  for (let pid = await holderOf(lock); pid !== null; pid = await holderOf(lock)) {
    if (isThere(pid)) process.kill(pid, 'SIGKILL')
    await sleep(20)
  }
}

/** A process that ended and that nobody has waited for is not there. */
export function isThere(pid: number): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^ [ZX]/.test(line.slice(line.lastIndexOf(')') + 1))
  } catch {
    return false
  }
}

/** Waits for what has to come true; the test's own deadline ends the wait. */
export async function until<T>(
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found
    await sleep(20)
  }
}

export function permitFor(command: ActCommand, run = 'run-1', who = 'ana'): Permit {
  return permitOf(command, { run, who })
}

export function contextOf(run = 'run-1'): RunContext {
  return { run, environment: 'shop', directory: `/runs/${run}`, holder: run }
}

export const quiet = (): void => {}

/** Applies with a fresh permit. */
export function apply(
  shop: Pick<Shop, 'act'>,
  command: Extract<Command, { kind: `${'service' | 'lock' | 'freeze' | 'ledger' | 'schema'}.${string}` }>,
  run = 'run-1',
) {
  if (isTry(command)) throw new Error('nothing to apply')
  return shop.act.apply(command, permitFor(command, run), contextOf(run), quiet)
}

export async function digestIn(shop: Pick<Shop, 'act'>, release: string): Promise<string> {
  const found = (await shop.act.releases(instance)).find(one => one.release === release)
  if (found?.digest === undefined || found.digest === null) throw new Error(`${release} has no digest`)
  return found.digest
}
