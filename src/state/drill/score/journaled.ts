import { engineActor } from '../../actors.ts'
import type { Line } from '../../event.ts'
import { replay } from '../../reduce.ts'
import type { RunState } from '../../run-state.ts'

/** A run by its journal: the lines, and what they come to. */
export type Journaled = { readonly state: RunState; readonly lines: readonly Line[] }

export function journaled(lines: readonly Line[]): Journaled {
  return { state: replay(lines), lines }
}

/** When a drill was over for whoever played it; of one that goes on, its last line. */
export function endOf({ drill, closed, at }: RunState): string {
  return drill?.ending?.at ?? closed?.at ?? at
}

/** What was played, oldest first, up to the drill's end: a run may go on after it, and is not judged by that. */
export function untilEnd(drill: Journaled, played: readonly Journaled[]): readonly Journaled[] {
  const end = endOf(drill.state)
  return played
    .map(one => (one.lines.every(({ ts }) => ts <= end) ? one : journaled(one.lines.filter(({ ts }) => ts <= end))))
    .filter(({ state }) => state.run !== null)
    .toSorted((a, b) => compare(a.state.run?.openedAt ?? '', b.state.run?.openedAt ?? ''))
}

/** Lines of several journals by their time; those of one stay in their order. */
export function byTime(all: readonly Journaled[]): readonly Line[] {
  return all.flatMap(({ lines }) => lines).toSorted((a, b) => compare(a.ts, b.ts))
}

export function byPerson({ actor }: Pick<Line, 'actor'>): boolean {
  return actor.from !== engineActor.from
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
