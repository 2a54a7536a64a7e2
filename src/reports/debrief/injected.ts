import type { Injected } from '../../state/drill/score/injected.ts'
import type { Score } from '../../state/drill/score/score.ts'
import { scenarioOf } from '../../state/drill/play/due.ts'
import type { RunState } from '../../state/run-state.ts'
import { isBad } from '../../state/check-change.ts'
import { timeOfDay } from '../../state/times.ts'
import type { Tone } from '../../state/lines.ts'
import { list, row, table, type Section } from '../block.ts'
import { momentText } from './words.ts'

/** What was injected and what became of it; then whether the environment is as it was. */
export function injectedSection({ injected }: Score, state: RunState): Section {
  const rows = injected.map(one => {
    const { id, what, when, at, goneAt, how, firedBy, heldBack, says } = one
    const planned = `${momentText(when)}${firedBy === null ? '' : `; fired by ${firedBy}`}${heldBack ? '; held back' : ''}`
    const cells = [id, what, planned, clock(at), clock(goneAt), `${how}${says === '' ? '' : `: ${says}`}`]
    return row(cells, tones[how])
  })
  const head = ['inject', 'what', 'meant for', 'there at', 'gone at', 'how']
  return {
    title: 'What was injected, and the environment afterwards',
    blocks: [table(head, rows, 'No fault was injected.'), list(afterwards(state), 'Nothing was looked at afterwards.')],
  }
}

function afterwards(state: RunState): readonly string[] {
  const scenario = scenarioOf(state)
  const byHand = (scenario?.cleanUp ?? []).flatMap(one => (one.kind === 'hand' ? [one.text] : []))
  const done = state.drill?.byHand ?? []
  return [
    ...suite(state, 'baseline', 'Before'),
    ...suite(state, 'after', 'Afterwards'),
    ...done.map(({ text, by, at }) => `Done by hand by ${by} at ${timeOfDay(at)}: ${text}`),
    ...(byHand.length > done.length ? [`To be done by hand: ${byHand.join('; ')}`] : []),
    ...(state.closing === null ? [] : [`Closed as ${state.closing.outcome}: ${state.closing.why}`]),
  ]
}

function suite({ suites }: RunState, which: 'baseline' | 'after', when: string): readonly string[] {
  const results = Object.values(suites[which]?.results ?? {})
  if (results.length === 0) return []
  const bad = results.filter(isBad)
  const which_ = bad.length === 0 ? '' : `; not: ${bad.map(({ name, says }) => `${name} (${says})`).join(', ')}`
  return [`${when}: ${results.length - bad.length} of ${results.length} checks pass${which_}`]
}

function clock(at: string | null): string {
  return at === null ? '' : timeOfDay(at)
}

const tones: Readonly<Record<Injected['how'], Tone>> = {
  'taken back': 'good',
  expired: 'good',
  'gone before': 'good',
  'still there': 'bad',
  'not put there': 'bad',
  'never came': 'plain',
}
