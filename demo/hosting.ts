import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Shop } from './environment.ts'
import { endAllBelow } from './processes.ts'
import { layOut, serviceEnv, start, startService, stopService, switchTo, type ServiceName } from './services.ts'

/** On what the shop's services run, and how a manifest says so. */
export type Hosting = {
  readonly environment: string
  readonly host: object
  readonly place: (name: ServiceName, shop: Pick<Shop, 'ports' | 'store'>) => object
  /** Where the api's release keeps its migrations. */
  readonly migrations: string
  readonly layOut: (shop: Shop, name: ServiceName, release: string) => Promise<void>
  readonly start: (shop: Shop, name: ServiceName, release: string) => Promise<void>
  readonly stop: (shop: Shop, name: ServiceName) => Promise<void>
  /** The run that holds the environment now. */
  readonly holder: () => Promise<{ readonly run: string; readonly directory: string } | null>
  readonly close: () => Promise<void>
}

/** Release directories and processes below the shop's root: nothing else is needed. */
export function processHosting(root: string): Hosting {
  return {
    environment: 'shop',
    host: { releases: join(root, 'host') },
    place: (name, shop) => ({ release: { path: name, start, env: serviceEnv(name, shop) } }),
    migrations: 'migrations',
    layOut,
    start: async (shop, name, release) => {
      switchTo(root, name, release)
      await startService(shop, name, release)
    },
    stop: stopService,
    holder: async () => {
      const lock = join(root, 'host', '.astern', 'lock.json')
      if (!existsSync(lock)) return null
      return JSON.parse(readFileSync(lock, 'utf8')) as { run: string; directory: string }
    },
    close: () => endAllBelow(root),
  }
}
