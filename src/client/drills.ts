import { basename, join } from 'node:path'
import type { Line } from '../state/event.ts'
import type { Result } from '../state/fault.ts'
import { firstLine } from './first-line.ts'
import { findRuns } from './home.ts'
import { readJournalOf } from './read-run.ts'

/** A drill by its journal, and by those of the runs that were played in it. */
export type ReadDrill = { readonly lines: readonly Line[]; readonly played: readonly (readonly Line[])[] }

export type FoundDrill = {
  readonly run: string
  readonly directory: string
  readonly scenario: string
  readonly openedAt: string
}

/** Drills of a home, newest first, each by the first line of its journal. */
export async function findDrills(home: string): Promise<readonly FoundDrill[]> {
  const found = await Promise.all(
    (await findRuns(home)).map(async ({ run, directory }): Promise<readonly FoundDrill[]> => {
      const line = await firstLine(directory)
      if (line?.event.kind !== 'run.opened' || line.event.purpose.kind !== 'drill') return []
      return [{ run, directory, scenario: line.event.purpose.scenario.id, openedAt: line.ts }]
    }),
  )
  return found.flat().toSorted((a, b) => (a.openedAt > b.openedAt ? -1 : a.openedAt < b.openedAt ? 1 : 0))
}

/** With what was played in it, as far as it can be read: a run whose journal cannot is left out. */
export async function readDrill(home: string, directory: string): Promise<Result<ReadDrill>> {
  const read = await readJournalOf(directory)
  if (!read.ok) return read
  return { ok: true, value: { lines: read.value.lines, played: await readPlayed(home, read.value.lines) } }
}

/** Of the runs that these lines of a drill tell of. */
export async function readPlayed(home: string, lines: readonly Line[]): Promise<readonly (readonly Line[])[]> {
  const runs = lines.flatMap(({ event }) => (event.kind === 'drill.joined' ? [basename(event.run)] : []))
  const read = await Promise.all(runs.map(run => readJournalOf(join(home, 'runs', run))))
  return read.flatMap(one => (one.ok ? [one.value.lines] : []))
}

/** Drills of the same scenario that were played in this home before that one, newest first. Those that never began have nothing to compare. */
export async function readEarlier(home: string, lines: readonly Line[]): Promise<readonly ReadDrill[]> {
  const [first] = lines
  if (first?.event.kind !== 'run.opened' || first.event.purpose.kind !== 'drill') return []
  const { id } = first.event.purpose.scenario
  const before = (await findDrills(home)).filter(
    ({ run, scenario, openedAt }) => scenario === id && run !== first.run && openedAt < first.ts,
  )
  const read = await Promise.all(before.map(({ directory }) => readDrill(home, directory)))
  return read.flatMap(one =>
    one.ok && one.value.lines.some(({ event }) => event.kind === 'drill.began') ? [one.value] : [],
  )
}
