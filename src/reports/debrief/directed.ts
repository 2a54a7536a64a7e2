import type { Journaled } from '../../state/drill/score/journaled.ts'
import type { Score } from '../../state/drill/score/score.ts'
import type { EventKind, Line } from '../../state/event.ts'
import { lineText } from '../../state/lines.ts'
import type { Beside } from './entry.ts'

/** The drill's own journal: what whoever leads it put there, said and took back; and what those who play it, or look on, told it. */
export function directed({ injected }: Score, { lines }: Journaled): readonly Beside[] {
  const told = lines.flatMap(line => besideOf(line, injected))
  // What ended by itself wrote no line of its own.
  const expired = injected.flatMap(({ what, how, goneAt }) =>
    how === 'expired' && goneAt !== null ? [injectedAs(goneAt, `gone by itself: ${what}`, 'plain')] : [],
  )
  return [...told, ...expired]
}

function besideOf(line: Line, injected: Score['injected']): readonly Beside[] {
  const { event, ts, actor } = line
  if (event.kind === 'step.settled') return settled(event, ts, injected)
  if (event.kind === 'step.unknown') return [injectedAs(ts, `nobody knows whether it was done: ${event.step}`, 'warn')]
  const said = ofTheDrill.has(event.kind) || ofThePlayers.has(event.kind) ? lineText(line) : null
  if (said === null) return []
  if (ofTheDrill.has(event.kind)) return [injectedAs(ts, said.text, said.tone)]
  const who = event.kind === 'signal.changed' ? '' : `${actor.name}: `
  return [{ at: ts, side: 'seen', text: `${who}${said.text}`, tone: said.tone, group: null, short: said.text }]
}

const ofTheDrill: ReadonlySet<EventKind> = new Set<EventKind>([
  'drill.began',
  'event.said',
  'inject.fired',
  'inject.held',
  'drill.ending',
])

const ofThePlayers: ReadonlySet<EventKind> = new Set<EventKind>([
  'event.answered',
  'hint.taken',
  'observation.made',
  'hand.done',
  'signal.changed',
])

function settled(
  { step, outcome, fault }: Extract<Line['event'], { kind: 'step.settled' }>,
  at: string,
  injected: Score['injected'],
): readonly Beside[] {
  const [, way = '', id = ''] = /^(inject|undo)\.(.*)$/s.exec(step) ?? []
  const one = injected.find(inject => inject.id === id)
  const what = one?.what ?? step
  if (outcome === 'failed') {
    const tried = way === 'undo' ? 'could not be taken back' : 'could not be put there'
    return [injectedAs(at, `${tried}: ${what}: ${fault?.what ?? ''}`, 'bad')]
  }
  if (way === 'inject') return [injectedAs(at, `there: ${what}`, 'warn')]
  if (way !== 'undo' || one?.how === 'expired') return []
  return [injectedAs(at, outcome === 'ok' ? `taken back: ${what}` : `gone already: ${what}`, 'plain')]
}

function injectedAs(at: string, text: string, tone: Beside['tone']): Beside {
  return { at, side: 'injected', text, tone, group: null, short: text }
}
