import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Line } from '../state/event.ts'
import { followJournal } from './follow.ts'
import { change, openingOf } from './open-runs.ts'

/** Follows the journals of all runs of a home that name this drill, those that are yet to come too, until it is aborted. */
export async function followPlayedRuns(
  home: string,
  drill: string,
  onLines: (run: string, lines: readonly Line[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const runs = join(home, 'runs')
  const known = new Set<string>()
  while (!signal.aborted) {
    for (const run of (await readdir(runs).catch(() => [])).filter(name => !known.has(name))) {
      const opening = await openingOf(join(runs, run))
      // Its first line is not written yet: looked at again.
      if (opening === null) continue
      known.add(run)
      if (opening.event.drill?.run !== drill) continue
      void followJournal(join(runs, run), { onLines: lines => onLines(run, lines), onDamage: () => undefined, signal })
    }
    await change(runs, signal)
  }
}
