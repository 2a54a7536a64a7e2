import type { EventKind, Line, RunEvent } from '../state/event.ts'
import { lineText, type Tone } from '../state/lines.ts'
import type { PhaseNumber } from '../state/phases.ts'
import { oneLine } from '../state/text.ts'

export type Entry = {
  /** Line of the journal. */
  readonly seq: number
  readonly at: string
  readonly who: string
  readonly from: string
  readonly kind: EventKind
  readonly phase: PhaseNumber | null
  readonly step: string | null
  readonly tone: Tone
  readonly text: string
  /** Evidence file of the step's attempt, below the run's directory. */
  readonly evidence: string | null
}

/** One entry for each line of the journal that says something to a person, oldest first. */
export function timelineOf(lines: readonly Line[]): readonly Entry[] {
  const phases = new Map<string, PhaseNumber>()
  return lines.flatMap(line => {
    const { seq, ts: at, actor, event } = line
    if (event.kind === 'plan.proposed' || event.kind === 'plan.revised')
      for (const { id, phase } of event.plan.steps) phases.set(id, phase)
    const said = lineText(line)
    if (said === null) return []
    const step = 'step' in event ? event.step : null
    const entry: Entry = {
      seq,
      at,
      who: oneLine(actor.name),
      from: oneLine(actor.from),
      kind: event.kind,
      phase: step === null ? phaseOfEvent(event) : (phases.get(step) ?? houseStepPhase(step)),
      step,
      tone: said.tone,
      text: said.text,
      evidence: event.kind === 'step.settled' ? (event.output?.path ?? null) : null,
    }
    return [entry]
  })
}

function phaseOfEvent(event: RunEvent): PhaseNumber | null {
  if ('suite' in event) return event.suite === 'baseline' ? 1 : 5
  return phaseOfKind[event.kind] ?? null
}

const phaseOfKind: Readonly<Partial<Record<EventKind, PhaseNumber>>> = {
  'run.opened': 1,
  'facts.gathered': 1,
  'decision.made': 1,
  'plan.proposed': 2,
  'plan.failed': 2,
  'plan.signed': 2,
  'plan.approved': 2,
  'plan.revised': 2,
  'plan.withdrawn': 2,
  'rehearsal.asked': 2,
  'rehearsal.ended': 2,
  'message.edited': 2,
  'validation.accepted': 5,
  'conflicts.found': 4,
  'sessions.blocking': 4,
  'lessons.added': 6,
  'review.booked': 6,
  'review.withdrawn': 6,
  'review.cancelled': 6,
  'report.written': 6,
  'item.signed': 6,
  'close.asked': 6,
  'run.closed': 6,
}

/** Steps of no plan: the environment's lock is taken before planning, sessions are ended in the database's phase, all others belong to following up. */
function houseStepPhase(step: string): PhaseNumber {
  if (/\.end\.\d+$/.test(step)) return 4
  return step.endsWith('.lock') || step.startsWith('rehearsal.') ? 2 : 6
}
