import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endAllBelow } from './processes.ts'
import { layOut, serviceEnv, start, startService, stopService, switchTo } from './services.ts'
import type { Hosting } from './stage.ts'

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
