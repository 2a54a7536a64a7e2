import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isClosedRun, openingOf } from '../../src/client/open-runs.ts'

export type Drills = {
  /** Those that are not over, by their journals' last lines. */
  readonly open: () => Promise<readonly string[]>
  /** Resolves once one that is begun from now on is over. */
  readonly untilOneIsOver: (signal: AbortSignal) => Promise<void>
}

const lookMs = 500

/** The drills of a home that are played by one manifest. */
export function drillsOf(home: string, manifest: string): Drills {
  const runs = join(home, 'runs')
  /** Whether it is one, once its first line is there. */
  const known = new Map<string, boolean>()
  const all = async (): Promise<readonly string[]> => {
    const names = await readdir(runs).catch(() => [])
    for (const run of names.filter(name => !known.has(name))) {
      const opened = (await openingOf(join(runs, run)))?.event
      if (opened !== undefined) known.set(run, opened.purpose.kind === 'drill' && opened.manifestFile === manifest)
    }
    return names.filter(run => known.get(run) === true)
  }
  const open = async (among: readonly string[]): Promise<readonly string[]> => {
    const closed = await Promise.all(among.map(run => isClosedRun(join(runs, run))))
    return among.filter((_, index) => closed[index] === false)
  }
  return {
    open: async () => open(await all()),
    untilOneIsOver: async signal => {
      const before = new Set(await all())
      while (!signal.aborted) {
        const begun = (await all()).filter(run => !before.has(run))
        if ((await open(begun)).length < begun.length) return
        await sleep(lookMs, undefined, { signal }).catch(() => undefined)
      }
    },
  }
}
