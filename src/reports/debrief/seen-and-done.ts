import { byPerson, type Journaled } from '../../state/drill/score/journaled.ts'
import type { EventKind, Line } from '../../state/event.ts'
import { lineText } from '../../state/lines.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Beside } from './entry.ts'

/** What the runs that were played saw and did, without their housekeeping. */
export function seenAndDone(played: readonly Journaled[]): readonly Beside[] {
  return played.flatMap(({ state, lines }) => {
    const planned = titlesIn(lines)
    return lines.flatMap(line => besideOf(line, planned, state))
  })
}

function besideOf(line: Line, planned: ReadonlyMap<string, string>, { messages }: RunState): readonly Beside[] {
  const { event } = line
  if (event.kind === 'step.settled') {
    const { step, outcome, says, fault } = event
    const title = planned.get(step)
    if (outcome === 'failed') return asSeen(line, `failed: ${title ?? step}: ${fault?.what ?? says}`)
    const message = messages[step.replace(/^message\./, '')]
    if (message !== undefined) return asSeen(line, `told ${message.command.channel}: ${message.command.subject}`)
    if (title === undefined) return []
    const said = `${outcome === 'already' ? 'already so' : 'done'}: ${title}: ${says}`
    return asSeen(line, said, { name: 'steps done', short: title })
  }
  if (event.kind === 'check.settled') {
    const isGood = event.result.verdict === 'pass'
    if (event.suite === 'baseline' && isGood) return []
    return asSeen(line, null, isGood ? { name: 'checks pass', short: event.result.name } : undefined)
  }
  if (event.kind === 'signal.changed') {
    const { key, state: to } = event.signal
    return asSeen(line, null, { name: `changes of health, to ${to}`, short: key })
  }
  return told.has(event.kind) ? asSeen(line, null) : []
}

function titlesIn(lines: readonly Line[]): ReadonlyMap<string, string> {
  const titles = new Map<string, string>()
  for (const { event } of lines) {
    if (event.kind !== 'plan.proposed' && event.kind !== 'plan.revised') continue
    for (const { id, title } of event.plan.steps) titles.set(id, title)
  }
  return titles
}

/** `text` null: as the log of the run has it. */
function asSeen(
  line: Line,
  text: string | null,
  { name = null, short = '' }: { readonly name?: string | null; readonly short?: string } = {},
): readonly Beside[] {
  const said = lineText(line)
  if (said === null) return []
  const who = byPerson(line) ? `${line.actor.name}: ` : ''
  return [{ at: line.ts, side: 'seen', text: `${who}${text ?? said.text}`, tone: said.tone, group: name, short }]
}

const told: ReadonlySet<EventKind> = new Set<EventKind>([
  'run.opened',
  'helm.given',
  'facts.gathered',
  'decision.made',
  'plan.proposed',
  'plan.failed',
  'plan.signed',
  'plan.approved',
  'plan.revised',
  'plan.withdrawn',
  'rehearsal.asked',
  'rehearsal.ended',
  'step.unknown',
  'step.retried',
  'step.skipped',
  'sessions.blocking',
  'sessions.named',
  'held',
  'resumed',
  'validation.accepted',
  'note.added',
  'lessons.added',
  'item.signed',
  'conflicts.found',
  'fault.seen',
  'journal.recovered',
  'run.closed',
])
