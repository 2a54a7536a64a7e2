import type { RunState, StepState } from '../../run-state.ts'
import { betweenMs, plusMs } from '../../times.ts'
import { describeFault } from '../command.ts'
import { scenarioOf } from '../play/due.ts'
import { injectId, injectStep } from '../play/steps.ts'
import type { Inject, Moment } from '../scenario.ts'

/** What became of one inject of the scenario, an event that is said apart. */
export type Injected = {
  readonly id: string
  readonly what: string
  readonly when: Moment
  /** At the operator's own console, and at nothing that users reach. */
  readonly atOperator: boolean
  /** Null: it never was there, as far as is known. */
  readonly at: string | null
  readonly goneAt: string | null
  readonly how: 'taken back' | 'expired' | 'gone before' | 'still there' | 'not put there' | 'never came'
  /** Why it could not be put there, or taken back; empty otherwise. */
  readonly says: string
  /** Who fired it before its moment; null: nobody. */
  readonly firedBy: string | null
  readonly heldBack: boolean
}

export function injectedIn(state: RunState): readonly Injected[] {
  const faults = (scenarioOf(state)?.injects ?? []).filter(({ fault }) => fault !== 'event')
  return faults.map(inject => ({ ...planned(state, inject), ...became(state, inject) }))
}

/** What everything is measured from: the first fault at something users reach; where there was none, the first of any, or the first event. */
export function firstOf(state: RunState): { readonly at: string; readonly what: string } | null {
  const there = injectedIn(state).flatMap(({ at, what, atOperator }) => (at === null ? [] : [{ at, what, atOperator }]))
  const reached = there.filter(({ atOperator }) => !atOperator)
  const said = Object.values(state.drill?.said ?? {}).map(({ at, text }) => ({ at, what: text }))
  const among = [reached, there, said].find(some => some.length > 0) ?? []
  const [first] = among.toSorted((a, b) => (a.at < b.at ? -1 : 1))
  return first === undefined ? null : { at: first.at, what: first.what }
}

function planned({ drill }: RunState, inject: Inject) {
  const { id, when, target } = inject
  const { command } = injectStep(inject)
  return {
    id,
    what: command.kind === 'drill.inject' ? describeFault(command) : id,
    when,
    atOperator: target.kind === 'operator',
    firedBy: drill?.fired[id]?.by ?? null,
    heldBack: drill?.held.includes(id) === true,
  }
}

function became(state: RunState, { id, expiresMs }: Inject): Pick<Injected, 'at' | 'goneAt' | 'how' | 'says'> {
  const put = state.steps[injectId(id)]
  const taken = state.steps[`undo.${id}`]
  if (put === undefined || put.status === 'waiting') return { at: null, goneAt: null, how: 'never came', says: '' }
  if (put.status === 'failed') return { at: null, goneAt: null, how: 'not put there', says: put.fault?.what ?? '' }
  // Begun and not settled: whatever it may have done, it did from then on.
  const at = put.settledAt ?? put.begunAt
  if (taken?.status === 'ok') return { at, goneAt: taken.settledAt, how: 'taken back', says: '' }
  if (taken?.status === 'already') return { at, ...goneBefore(at, taken, expiresMs), says: '' }
  return { at, goneAt: null, how: 'still there', says: taken?.fault?.what ?? '' }
}

/** Nothing was left to take back: its own expiry had come, or somebody else took it away. */
function goneBefore(
  at: string | null,
  { settledAt }: StepState,
  expiresMs: number | null,
): Pick<Injected, 'goneAt' | 'how'> {
  const expired =
    at !== null && settledAt !== null && expiresMs !== null && betweenMs(at, settledAt) >= expiresMs
      ? plusMs(at, expiresMs)
      : null
  return expired === null ? { goneAt: settledAt, how: 'gone before' } : { goneAt: expired, how: 'expired' }
}
