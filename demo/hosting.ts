import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { endAllBelow } from './processes.ts'
import { layOut, serviceEnv, versionAt, start, startService, stopService, switchTo } from './services.ts'
import type { Hosting } from './stage.ts'

/** Release directories and processes below the shop's root: nothing else is needed. */
export function processHosting(root: string, environment = 'shop'): Hosting {
  return {
    environment,
    host: { releases: join(root, 'host') },
    place: (name, shop) => ({ release: { path: name, start, env: serviceEnv(name, shop) } }),
    migrations: 'migrations',
    layOut,
    start: async (shop, name, release) => {
      switchTo(root, name, release)
      await startService(shop, name, release)
    },
    stop: stopService,
    runs: async (shop, name, release) => (await versionAt(shop.ports[name])) === release,
    has: async (_, name, release) => existsSync(join(root, 'host', name, 'releases', release)),
    remove: async (_, name, release) => {
      rmSync(join(root, 'host', name, 'releases', release), { recursive: true, force: true })
    },
    tidy: async () => {
      rmSync(join(root, 'host', '.astern', 'journals'), { recursive: true, force: true })
    },
    holder: async () => {
      const lock = join(root, 'host', '.astern', 'lock.json')
      if (!existsSync(lock)) return null
      return JSON.parse(readFileSync(lock, 'utf8')) as { run: string; directory: string }
    },
    close: () => endAllBelow(root),
  }
}
