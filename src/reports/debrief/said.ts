import type { Answer, HintScore } from '../../state/drill/score/asked.ts'
import type { Score } from '../../state/drill/score/score.ts'
import { spanText } from '../../state/times.ts'
import { row, table, type Row, type Section } from '../block.ts'
import { momentText, sinceText } from './words.ts'

/** What was said to whoever played, and what they answered. */
export function eventsSection({ answers, first }: Score): Section {
  const rows = answers.map(one => row([sinceText(first?.at ?? null, one.at), one.text, ...answered(one)], toneOf(one)))
  const head = ['since the first fault', 'said', 'answer', 'by', 'after']
  return { title: 'Events, and the answers to them', blocks: [table(head, rows, 'Nothing was said.')] }
}

function answered({ answer, by, tookMs, wantsAnswer }: Answer): readonly string[] {
  if (answer === null) return [wantsAnswer ? '✗ nobody answered' : '(wanted none)', '', '']
  return [answer, by ?? '', tookMs === null ? '' : spanText(tookMs)]
}

function toneOf({ answer, wantsAnswer }: Answer): Row['tone'] {
  if (!wantsAnswer) return 'plain'
  return answer === null ? 'bad' : 'good'
}

/** Those that nobody asked for as well: afterwards they cost nothing. */
export function hintsSection({ hints, first }: Score): Section {
  const rows = hints.map(({ text, cost, after, taken }: HintScore) => {
    const when = taken === null ? 'not taken' : `taken by ${taken.by} at ${sinceText(first?.at ?? null, taken.at)}`
    return row([text, String(cost), momentText(after), when], taken === null ? 'plain' : 'warn')
  })
  const head = ['hint', 'cost', 'there for', 'taken']
  return { title: 'Hints', blocks: [table(head, rows, 'The scenario has none.')] }
}
