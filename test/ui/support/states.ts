import { initialState, reduce } from '../../../src/state/reduce.ts'
import type { Line, RunEvent } from '../../../src/state/event.ts'
import { openStore, withLines, type ConsoleState } from '../../../src/state/store.ts'
import { journal, wholeRun, type Moment } from '../../reports/fixture.ts'

/** A console's state after the first lines of a whole run, up to and with the first event that is so. */
export function stateAfter(
  is: (event: RunEvent) => boolean,
  role: 'helm' | 'watch' = 'helm',
  moments: readonly Moment[] = wholeRun,
): ConsoleState {
  const all = journal(moments)
  const last = all.findIndex(({ event }) => is(event))
  if (last < 0) throw new Error('no such event in the fixture')
  return stateOf(all.slice(0, last + 1), role)
}

/** After so many of its moments. */
export function stateAt(moments: readonly Moment[], count: number): ConsoleState {
  return stateOf(journal(moments).slice(0, count), 'helm')
}

export function stateOf(lines: readonly Line[], role: 'helm' | 'watch'): ConsoleState {
  const run = lines.reduce(reduce, initialState)
  const console = run.helm.holder?.console ?? 'mine'
  const store = openStore({ name: 'ana', console, role, epoch: run.helm.epoch }, run.at)
  const opened = store.getState()
  return { ...opened, ...withLines(opened, lines), connection: { engine: 'live', lastHeardAt: run.at }, now: run.at }
}
