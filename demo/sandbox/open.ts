import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxKind } from '../../src/cli/drill/sandbox/standing.ts'
import { migrate, seed, type ShopDatabase } from '../database.ts'
import { dockerHosting } from '../docker.ts'
import { freePorts } from '../environment.ts'
import { processHosting } from '../hosting.ts'
import { openMariadb } from '../mariadb.ts'
import { programs } from '../mariadbd.ts'
import { placeOrders } from '../orders.ts'
import { openReceiver } from '../receiver.ts'
import { openSqlite } from '../sqlite.ts'
import type { Hosting, Shop } from '../stage.ts'
import { writeManifest } from './manifest.ts'
import { astern } from './own-astern.ts'
import { openProxy } from './proxy.ts'
import { deployGood } from './releases.ts'
import { asternTables } from './schema.ts'
import { baseline, environment, rootLabel, type Sandbox } from './state.ts'

type Ends = (() => Promise<void>)[]

/** Everything of it lies below a directory of its own and ends with it: what was opened is ended in reverse order. */
export async function openSandbox(kind: SandboxKind, home: string): Promise<Sandbox> {
  const ends: Ends = []
  const close = async (): Promise<void> => {
    const ended = []
    for (const end of ends.toReversed()) ended.push(...(await Promise.allSettled([end()])))
    const failed = ended.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  }
  try {
    return await prepare(kind, home, ends, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function prepare(kind: SandboxKind, home: string, ends: Ends, close: () => Promise<void>): Promise<Sandbox> {
  const root = mkdtempSync(join(tmpdir(), 'astern-sandbox-'))
  ends.push(async () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }))
  for (const name of ['data', 'secrets', 'host']) mkdirSync(join(root, name), { mode: 0o700 })
  const reference = (secret: string): string => `file:${join(root, 'secrets', secret)}`
  const [gateway = 0, api = 0, auth = 0, worker = 0, port = 0, apiWay = 0, authWay = 0, hook = 0] = await freePorts(8)
  const receiver = await openReceiver()
  ends.push(receiver.close)
  const store = await openStore(kind, root, port, reference)
  ends.push(store.close)
  const hosting = await openHosting(kind, root)
  ends.push(hosting.close)
  const proxy = await openProxy(root, [
    { name: 'service api@local', listen: apiWay, to: api },
    { name: 'service auth@local', listen: authWay, to: auth },
    { name: 'channel ops', listen: hook, to: Number(new URL(receiver.url).port) },
    ...(kind === 'docker' ? [{ name: 'host local', listen: engineProxy(root), to: engineSocket() }] : []),
  ])
  ends.push(proxy.close)
  const env = {
    PROBE_PASSWORD: randomBytes(18).toString('base64url'),
    ASTERN_DEMO_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
    ...store.env,
  }
  for (const [name, value] of Object.entries(env)) writeFileSync(join(root, 'secrets', name), value, { mode: 0o600 })
  const manifestFile = join(root, 'astern.yaml')
  const socket = join(root, 'control.sock')
  const wiring = { ports: { gateway, api, auth, worker }, ways: { api: apiWay, auth: authWay }, store, reference }
  const room = { root, home, receiver: `http://127.0.0.1:${hook}/hook`, socket, proxies: [proxy.control] }
  const writing = (): void => writeManifest(manifestFile, { ...wiring, ...room, hosting })
  writing()
  const { start, stop, placed, refused } = placeOrders({ port: gateway, password: env.PROBE_PASSWORD, everyMs: 250 })
  ends.push(stop)
  const shop: Shop = {
    ...wiring,
    root,
    environment,
    holder: hosting.holder,
    manifestFile,
    database: store.place,
    messages: join(root, 'messages.ndjson'),
    env,
    receiver,
    placed,
    refused,
    close,
  }
  await migrate(store, baseline)
  await seed(store)
  for (const release of ['1.2.1', baseline]) await deployGood({ shop, hosting }, release)
  await astern(manifestFile, ['drill', '--mark', '--confirm', environment])
  start()
  const tables = await asternTables(store)
  return { kind, shop, hosting, socket, tables, writeManifest: writing, close }
}

/** Containers get the larger database where it is there. */
function openStore(
  kind: SandboxKind,
  root: string,
  port: number,
  reference: Shop['reference'],
): Promise<ShopDatabase> | ShopDatabase {
  return kind === 'docker' && programs() !== null ? openMariadb(root, port, reference) : openSqlite(root)
}

async function openHosting(kind: SandboxKind, root: string): Promise<Hosting> {
  if (kind === 'embedded') return processHosting(root, environment)
  const labels = { [rootLabel]: root }
  const hosting = await dockerHosting({ environment, through: `unix://${engineProxy(root)}`, labels })
  if (typeof hosting === 'string') throw new Error(hosting)
  return hosting
}

function engineProxy(root: string): string {
  return join(root, 'engine.sock')
}

function engineSocket(): string {
  return (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').slice('unix://'.length)
}
