import type { Line, RunEvent } from '../../event.ts'
import type { Plan, Repeat } from '../../plan.ts'
import { oneLine } from '../../text.ts'
import { byPerson, type Journaled } from './journaled.ts'

export type TurnKind = 'withdrawn' | 'undone' | 'skipped' | 'failed again' | 'unclear' | 'override' | 'signed off'

/** Something that would not have to be done on a good way through. */
export type Turn = {
  readonly kind: TurnKind
  readonly says: string
  readonly run: string
  readonly seq: number
  readonly at: string
  readonly by: string
}

/** Of every run that was played, in the order of its journal. */
export function turnsOf(played: readonly Journaled[]): readonly Turn[] {
  return played.flatMap(({ lines }) => turnsIn(lines))
}

/** What failed again is the turn of whoever had it tried. */
function byOf({ event, actor }: Line, { retried }: Seen): string {
  return (event.kind === 'step.settled' ? retried.get(event.step) : undefined) ?? actor.name
}

type Seen = {
  readonly plan: Plan | null
  readonly rehearsed: boolean
  /** How a step that was begun can be done again. */
  readonly repeats: ReadonlyMap<string, Repeat>
  /** Steps nobody knows whether they were done; and those that people had tried again since they failed, with who did. */
  readonly doubt: ReadonlySet<string>
  readonly retried: ReadonlyMap<string, string>
}

function turnsIn(lines: readonly Line[]): readonly Turn[] {
  let seen: Seen = { plan: null, rehearsed: false, repeats: new Map(), doubt: new Set(), retried: new Map() }
  const turns: Turn[] = []
  for (const line of lines) {
    for (const [kind, says] of turnsAt(line, seen))
      turns.push({ kind, says: oneLine(says, 400), run: line.run, seq: line.seq, at: line.ts, by: byOf(line, seen) })
    seen = after(seen, line)
  }
  return turns
}

function turnsAt(line: Line, seen: Seen): readonly (readonly [TurnKind, string])[] {
  const { event } = line
  if (event.kind === 'run.opened' && event.purpose.kind === 'undo')
    return [['undone', `undid run ${event.purpose.run}`]]
  if (event.kind === 'plan.withdrawn') return [['withdrawn', `withdrew plan ${event.hash}`]]
  if (event.kind === 'plan.revised') return [['undone', event.why]]
  if (event.kind === 'plan.approved' && !seen.rehearsed)
    return unclearIn(seen.plan).map(what => ['unclear', `approved a plan although ${what}`])
  if (event.kind === 'step.skipped' || event.kind === 'step.retried') return atStep(line, event, seen)
  if (event.kind === 'step.settled' && event.outcome === 'failed' && seen.retried.has(event.step))
    return [['failed again', `had ${event.step} tried again, and it failed again: ${event.fault?.what ?? event.says}`]]
  if (event.kind === 'validation.accepted' && event.reason !== null)
    return [['override', `accepted the result over its checks: ${event.reason}`]]
  if (event.kind === 'item.signed') return [['signed off', `signed off ${event.item}: ${event.reason}`]]
  return []
}

function atStep(
  line: Line,
  event: Extract<RunEvent, { kind: 'step.skipped' | 'step.retried' }>,
  { doubt, repeats }: Seen,
): readonly (readonly [TurnKind, string])[] {
  const { step } = event
  // What is tried again is looked at first, unless looking cannot tell.
  const isBlind = event.kind === 'step.skipped' || repeats.get(step) === 'never'
  const over: readonly (readonly [TurnKind, string])[] =
    byPerson(line) && isPlanned(step) && doubt.has(step) && isBlind
      ? [['unclear', `went on over ${step} while nobody knew whether it was done`]]
      : []
  return event.kind === 'step.skipped' ? [['skipped', `skipped ${step}: ${event.reason}`], ...over] : over
}

/** What nothing but a rehearsal would have told. */
function unclearIn(plan: Plan | null): readonly string[] {
  const opaque = (plan?.migrations ?? []).filter(({ verdict }) => verdict === 'opaque')
  return [
    ...(plan?.compatibility === 'unknown' ? ['nothing said whether the old code runs on the new schema'] : []),
    ...opaque.map(({ database, version }) => `nothing said what taking back ${version} does to ${database}`),
  ]
}

/** A message that is sent again is no turn of the way back. */
function isPlanned(step: string): boolean {
  return !step.startsWith('message.')
}

function after(seen: Seen, line: Line): Seen {
  const { event } = line
  if (event.kind === 'plan.proposed' || event.kind === 'plan.revised')
    return { ...seen, plan: event.plan, rehearsed: false }
  if (event.kind === 'rehearsal.ended') return { ...seen, rehearsed: true }
  if (event.kind === 'step.begun') return { ...seen, repeats: new Map([...seen.repeats, [event.step, event.repeat]]) }
  if (event.kind === 'step.unknown') return { ...seen, doubt: new Set([...seen.doubt, event.step]) }
  if (event.kind !== 'step.retried' && event.kind !== 'step.settled' && event.kind !== 'step.skipped') return seen
  const { step } = event
  const again = event.kind === 'step.retried' && byPerson(line) && isPlanned(step) && !seen.doubt.has(step)
  const retried = new Map(seen.retried)
  if (again) retried.set(step, line.actor.name)
  if (event.kind === 'step.settled') retried.delete(step)
  return { ...seen, doubt: new Set([...seen.doubt].filter(one => one !== step)), retried }
}
