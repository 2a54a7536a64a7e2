import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, seed, writeAuthors } from './database.ts'
import { manifestText } from './manifest.ts'
import { placeOrders, type Placed } from './orders.ts'
import { openReceiver, type Receiver } from './receiver.ts'
import { processHosting, type Hosting } from './hosting.ts'
import { services, type ServiceName } from './services.ts'

export type ShopOptions = {
  readonly bad: '1.3.0' | '1.2.3'
  readonly class?: 'drill' | 'staging' | 'production'
  /** Called when the good release runs and before the bad one is deployed: the moment to record it. */
  readonly afterGood?: (shop: Shop) => Promise<void>
  /** Milliseconds between two orders; 0: none are placed. */
  readonly orderEveryMs?: number
  /** Else release directories and processes below the shop's root. */
  readonly hosting?: (root: string) => Promise<Hosting>
}

export type Shop = {
  readonly root: string
  /** Its name in the manifest. */
  readonly environment: string
  readonly holder: Hosting['holder']
  readonly manifestFile: string
  readonly database: string
  readonly messages: string
  /** What the manifest's secrets are read from. */
  readonly env: Readonly<Record<string, string>>
  readonly ports: Readonly<Record<ServiceName, number>>
  readonly receiver: Receiver
  /** Orders that were acknowledged, each with its note. */
  readonly placed: () => readonly Placed[]
  /** Orders that were refused or not answered. */
  readonly refused: () => number
  readonly close: () => Promise<void>
}

export const good = '1.2.2'

/**
 * A shop of four real processes and a real database under a temporary directory: first the good release, then a bad
 * one on top, while customers go on ordering. Closing ends every process that was started in it, by whomever.
 */
export async function createShop(options: ShopOptions): Promise<Shop> {
  const root = mkdtempSync(join(tmpdir(), 'astern-demo-'))
  const [gateway = 0, api = 0, auth = 0, worker = 0] = await freePorts(4)
  const ports = { gateway, api, auth, worker }
  const env = {
    PROBE_PASSWORD: 'correct-horse-battery',
    ASTERN_DEMO_WEBHOOK_SECRET: 'whsec_YXN0ZXJuLWRlbW8tc2VjcmV0LW9mLTI0Ynl0ZXM=',
  }
  const hosting = await (options.hosting?.(root) ?? processHosting(root))
  const receiver = await openReceiver()
  const files = {
    root,
    manifestFile: join(root, 'astern.yaml'),
    database: join(root, 'data', 'shop.db'),
    messages: join(root, 'messages.ndjson'),
  }
  mkdirSync(join(root, 'data'), { mode: 0o700 })
  writeFileSync(
    files.manifestFile,
    manifestText({ ...files, hosting, ports, receiver: receiver.url, class: options.class ?? 'drill' }),
    { mode: 0o600 },
  )
  const stream = placeOrders({ port: gateway, password: env.PROBE_PASSWORD, everyMs: options.orderEveryMs ?? 200 })
  const close = async (): Promise<void> => {
    await stream.stop()
    await hosting.close()
    await receiver.close()
    rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  }
  const { environment, holder } = hosting
  const { placed, refused } = stream
  const shop: Shop = { ...files, environment, holder, env, ports, receiver, placed, refused, close }
  try {
    await deployGood(shop, hosting)
    stream.start()
    await stream.until(3, options.orderEveryMs === 0)
    await options.afterGood?.(shop)
    await deployBad(shop, hosting, options.bad)
  } catch (error) {
    await close()
    throw error
  }
  return shop
}

async function deployGood(shop: Shop, hosting: Hosting): Promise<void> {
  for (const name of services) await hosting.layOut(name, good)
  migrate(shop.database, good)
  seed(shop.database)
  for (const name of services) await hosting.start(shop, name, good)
}

/** As a pipeline would: the migration first, then everything that changed. `auth` did not. */
async function deployBad(shop: Shop, hosting: Hosting, bad: ShopOptions['bad']): Promise<void> {
  const changed = services.filter(name => name !== 'auth')
  for (const name of changed) await hosting.layOut(name, bad)
  for (const name of [...changed].reverse()) await hosting.stop(shop, name)
  migrate(shop.database, bad)
  if (bad === '1.3.0') writeAuthors(shop.database)
  for (const name of changed) await hosting.start(shop, name, bad)
}

/** Ports nobody listens on now, all held at once while they are chosen. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      server =>
        new Promise<number>(resolve =>
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
        ),
    ),
  )
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}
