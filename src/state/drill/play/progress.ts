import type { RunState } from '../../run-state.ts'
import { minutesText } from '../../times.ts'
import type { Scenario } from '../scenario.ts'
import { roleWords } from '../scenario-words.ts'
import { scenarioOf } from './due.ts'
import { describeFault } from '../command.ts'
import { injectedFaults } from './steps.ts'
import { notTakenBack } from './undo.ts'

/** What whoever leads a drill is doing on the way to its end, in one line. Null: it is not ending. */
export function endingText(state: RunState): string | null {
  if (state.closed !== null || (state.drill?.ending ?? null) === null) return null
  const left = state.closing === null ? notTakenBack(state) : []
  if (left.length > 0) {
    const all = injectedFaults(state).length
    return `taking back ${left.length} of ${all}: ${left.map(describeFault).join(', ')}`
  }
  return state.closing === null ? 'looking at the steady state' : 'writing it down'
}

/** How a drill ended, and what is left to people, line by line. */
export function endedLines(state: RunState): readonly string[] {
  const { run, closed } = state
  const scenario = scenarioOf(state)
  if (run === null || closed === null || scenario === null) return []
  const open = Object.entries(state.drill?.played ?? {}).filter(([, played]) => played.closed === null)
  return [
    `Drill ${run.id} (${scenario.title}) is over: ${closed.outcome} (${closed.why}).`,
    ...open.map(
      ([id]) => `Run ${id} that was played in it is still open: astern attach ${id}, or astern stop ${id} --reason WHY`,
    ),
    ...byHand(state, scenario).map(text => `To be done by hand: ${text}`),
  ]
}

/** Clean-ups that are a person's, and that nobody has said are done. */
function byHand({ drill }: RunState, { cleanUp }: Scenario): readonly string[] {
  const done = new Set(drill?.byHand.map(({ text }) => text))
  return cleanUp.flatMap(one => (one.kind === 'hand' && !done.has(one.text) ? [one.text] : []))
}

/** Where a drill stands, and nothing of what is still to come: each a name and what is so. */
export function statusOf(state: RunState): readonly (readonly [string, string])[] {
  const { began = null, ending = null, played = {} } = state.drill ?? {}
  const there = notTakenBack(state)
  const stands =
    state.closed !== null
      ? `closed: ${state.closed.outcome} (${state.closed.why})`
      : (endingText(state) ?? (began === null ? 'looking at the steady state' : `goes on since ${began}`))
  return [
    ['drill', `${scenarioOf(state)?.title ?? ''}: ${stands}`],
    ['faults', there.length === 0 ? 'none at any target' : there.map(describeFault).join(', ')],
    ['played', Object.keys(played).join(', ') || 'nothing yet'],
    ...(ending === null ? [] : [['ends', `${ending.why}, by ${ending.by}: ${ending.words}`] as const]),
  ]
}

/** What whoever plays it is told at the beginning: nothing of what is going to happen. */
export function briefingLines(scenario: Scenario): readonly string[] {
  const { title, briefing, deadlineMs } = scenario
  return [
    `DRILL: ${title}`,
    ...(briefing === null ? [] : [briefing]),
    ...roleWords(scenario),
    ...(deadlineMs === null
      ? []
      : [`It is over after ${minutesText(deadlineMs)}, whatever happens. Anybody may halt it: astern drill --halt`]),
  ]
}
