import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, seed, writeAuthors, type DatabaseKind } from './database.ts'
import { channels, manifestText } from './manifest.ts'
import { openMariadb } from './mariadb.ts'
import { placeOrders } from './orders.ts'
import { openReceiver } from './receiver.ts'
import { processHosting } from './hosting.ts'
import { openSqlite } from './sqlite.ts'
import { services, type Hosting, type Shop } from './stage.ts'

export type ShopOptions = {
  readonly bad: '1.3.0' | '1.2.3'
  readonly class?: 'drill' | 'staging' | 'production'
  /** Called when the good release runs and before the bad one is deployed: the moment to record it. */
  readonly afterGood?: (shop: Shop) => Promise<void>
  /** Milliseconds between two orders; 0: none are placed. */
  readonly orderEveryMs?: number
  /** Else release directories and processes below the shop's root. */
  readonly hosting?: () => Promise<Hosting>
  /** Else a file of SQLite. */
  readonly database?: DatabaseKind
  /** More arguments of the shop's own MariaDB. */
  readonly server?: readonly string[]
}

export const good = '1.2.2'

/**
 * A shop of four real services and a real database under a temporary directory: first the good release, then a bad
 * one on top, while customers go on ordering. Closing ends every process that was started in it, by whomever.
 */
export async function createShop(options: ShopOptions): Promise<Shop> {
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    const ended = []
    for (const end of opened.toReversed()) ended.push(...(await Promise.allSettled([end()])))
    const failed = ended.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  }
  try {
    const { shop, stream, hosting } = await prepare(options, opened, close)
    await deployGood(shop, hosting)
    stream.start()
    await stream.until(3, options.orderEveryMs === 0)
    await options.afterGood?.(shop)
    await deployBad(shop, hosting, options.bad)
    return shop
  } catch (error) {
    await close()
    throw error
  }
}

/** `opened`: what has to be ended, in reverse order; the customers first. */
async function prepare(options: ShopOptions, opened: (() => Promise<void>)[], close: Shop['close']) {
  const root = mkdtempSync(join(tmpdir(), 'astern-demo-'))
  opened.push(async () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }))
  const hosting = await (options.hosting?.() ?? processHosting(root))
  opened.push(hosting.close)
  mkdirSync(join(root, 'data'), { mode: 0o700 })
  const [gateway = 0, api = 0, auth = 0, worker = 0, port = 0] = await freePorts(5)
  const ports = { gateway, api, auth, worker }
  const reference = (secret: string): string => `env:${secret}`
  const receiver = await openReceiver()
  opened.push(receiver.close)
  const store = await (options.database === 'mariadb'
    ? openMariadb(root, port, reference, options.server)
    : openSqlite(root))
  opened.push(store.close)
  const env = {
    PROBE_PASSWORD: 'correct-horse-battery',
    ASTERN_DEMO_WEBHOOK_SECRET: 'whsec_YXN0ZXJuLWRlbW8tc2VjcmV0LW9mLTI0Ynl0ZXM=',
    ...store.env,
  }
  const files = { root, manifestFile: join(root, 'astern.yaml'), messages: join(root, 'messages.ndjson') }
  const wiring = { ports, ways: ports, store, reference }
  const notify = channels(receiver.url, files.messages, wiring)
  const facts = { ...wiring, hosting, notify, class: options.class ?? 'drill' }
  writeFileSync(files.manifestFile, manifestText(facts), { mode: 0o600 })
  const stream = placeOrders({ port: gateway, password: env.PROBE_PASSWORD, everyMs: options.orderEveryMs ?? 200 })
  opened.push(stream.stop)
  const { environment, holder } = hosting
  const { placed, refused } = stream
  const database = store.place
  const shop: Shop = { ...files, ...wiring, database, environment, holder, env, receiver, placed, refused, close }
  return { shop, stream, hosting }
}

async function deployGood(shop: Shop, hosting: Hosting): Promise<void> {
  for (const name of services) await hosting.layOut(shop, name, good)
  await migrate(shop.store, good)
  await seed(shop.store)
  for (const name of services) await hosting.start(shop, name, good)
}

/** As a pipeline would: the migration first, then everything that changed. `auth` did not. */
async function deployBad(shop: Shop, hosting: Hosting, bad: ShopOptions['bad']): Promise<void> {
  const changed = services.filter(name => name !== 'auth')
  for (const name of changed) await hosting.layOut(shop, name, bad)
  for (const name of [...changed].reverse()) await hosting.stop(shop, name)
  await migrate(shop.store, bad)
  if (bad === '1.3.0') await writeAuthors(shop.store)
  for (const name of changed) await hosting.start(shop, name, bad)
}

/** Ports nobody listens on now, all held at once while they are chosen. */
export async function freePorts(count: number): Promise<readonly number[]> {
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
