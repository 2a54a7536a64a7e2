import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Manifest } from '../../src/state/manifest.ts'
import { openFaultAct } from '../../src/targets/faults/act.ts'
import type { FaultMeans } from '../../src/targets/faults/means.ts'
import type { FaultAct } from '../../src/targets/faults/port.ts'
import type { Director } from './faults-suite.ts'
import { openWorker } from './services-engine.ts'
import { timing } from './services-shop.ts'

const source = resolve(import.meta.dirname, '../../src')

export function faultMeans(home: string): FaultMeans {
  return {
    resolve: value => Promise.resolve(value),
    now: () => new Date(),
    databaseChild: join(source, 'targets/databases/sqlite/child.ts'),
    home,
    keeper: join(source, 'drill-keeper.ts'),
    dockerKeeper: resolve(source, '../dist/drill-keeper-docker.js'),
    env: process.env,
  }
}

/** An environment with nothing in it but what is given. */
export function manifestWith(parts: Partial<Manifest>): Manifest {
  return {
    environment: { name: 'shop', class: 'staging' },
    hosts: {},
    services: {},
    databases: {},
    checks: [],
    notify: {},
    timing,
    ...parts,
  }
}

export type Hands = { readonly act: FaultAct; readonly director: () => Director; readonly close: () => Promise<void> }

export function handsOn(manifest: Manifest, home: string, secrets: Readonly<Record<string, string>> = {}): Hands {
  const means = { ...faultMeans(home), env: { ...process.env, ...secrets } }
  const act = openFaultAct(manifest, means)
  const directors: Director[] = []
  return {
    act,
    director: () => {
      const { keeper, dockerKeeper, databaseChild } = means
      const given = { home, keeper, dockerKeeper, databaseChild }
      const worker = openWorker('faults-worker.mjs', { manifest, means: given })
      const director: Director = {
        apply: (command, run) => worker.apply(command as never, run, 'ana'),
        freeze: worker.freeze,
        kill: worker.kill,
      }
      directors.push(director)
      return director
    },
    close: async () => {
      await Promise.all([act.close(), ...directors.map(({ kill }) => kill())])
    },
  }
}

/** Who holds a fault of that run, by the files of keepers in these directories. */
export function keeperIn(...places: readonly string[]): (run: string) => number | null {
  return run => {
    const files = places.flatMap(place => (existsSync(place) ? readdirSync(place).map(name => join(place, name)) : []))
    const file = files.find(path => path.endsWith('.json') && basename(path).startsWith(`${run}.`))
    if (file === undefined) return null
    const { keeper } = JSON.parse(readFileSync(file, 'utf8')) as { keeper: { pid: number } | null }
    return keeper?.pid ?? null
  }
}
