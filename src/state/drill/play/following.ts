import type { Line } from '../../event.ts'
import { isSignalLine } from '../../reduce-signals.ts'
import { reduce } from '../../reduce.ts'
import type { RunState } from '../../run-state.ts'
import { phaseOf } from '../../selectors.ts'
import { planSteps } from '../../steps.ts'
import type { DrillState } from './drill-state.ts'
import type { DrillEvent } from './event.ts'

export type PlayedEvent = Extract<DrillEvent, { readonly run: string }>

/** What a line of a run that is played in a drill means for that drill, and the run after it. */
export function follow(
  before: RunState,
  line: Line,
): { readonly after: RunState; readonly events: readonly PlayedEvent[] } {
  if (isSignalLine(line)) return { after: before, events: [] }
  const after = reduce(before, line)
  const { run, event } = line
  const phase = phaseOf(after)
  const events: PlayedEvent[] = []
  if (event.kind === 'run.opened') events.push({ kind: 'drill.joined', run })
  if (event.kind === 'run.opened' || phase !== phaseOf(before))
    events.push({ kind: 'drill.reached', run, phase, begins: null })
  const step = event.kind === 'step.begun' ? planSteps(after).find(({ id }) => id === event.step) : undefined
  if (step !== undefined) events.push({ kind: 'drill.reached', run, phase: step.phase, begins: step.id })
  if (event.kind === 'run.closed') events.push({ kind: 'drill.left', run, outcome: event.outcome })
  return { after, events }
}

/** Whether the drill does not know this of what is played in it yet: a journal is read again from its start. */
export function isNews({ played }: DrillState, event: PlayedEvent): boolean {
  switch (event.kind) {
    case 'drill.joined':
      return played[event.run] === undefined
    case 'drill.reached': {
      const run = played[event.run]
      return event.begins === null ? run?.phases[event.phase] === undefined : run?.steps[event.begins] === undefined
    }
    case 'drill.left':
      return (played[event.run]?.closed ?? null) === null
  }
}
