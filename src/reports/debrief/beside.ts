import type { Journaled } from '../../state/drill/score/journaled.ts'
import type { Score } from '../../state/drill/score/score.ts'
import { clockText, plusMs, timeOfDay } from '../../state/times.ts'
import { row, table, type Row, type Section } from '../block.ts'
import { directed } from './directed.ts'
import type { Beside } from './entry.ts'
import { seenAndDone } from './seen-and-done.ts'
import { sinceText } from './words.ts'

/** What was injected and said, beside what was seen and done about it. */
export function besideSection(score: Score, drill: Journaled, played: readonly Journaled[]): Section {
  const first = score.first?.at ?? null
  const all = [...directed(score, drill), ...seenAndDone(played), ...passed(score)]
  const rows = gathered(all.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))).map(
    ({ at, side, text, tone }): Row =>
      row([timeOfDay(at), sinceText(first, at), side === 'injected' ? text : '', side === 'seen' ? text : ''], tone),
  )
  return {
    title: 'Timeline: what was injected, beside what was seen and done',
    blocks: [
      table(['at (UTC)', 'since the first fault', 'injected and said', 'seen and done'], rows, 'Nothing happened.'),
    ],
  }
}

/** Where the time for something was over. Of the longest silence it is not one moment. */
function passed({ measures }: Score): readonly Beside[] {
  return measures.flatMap(({ id, from, targetMs, standing }) => {
    if (standing !== 'missed' || from === null || targetMs === null || id === 'longest silence') return []
    const text = `✗ the target passes: ${id} (${clockText(targetMs)})`
    return [{ at: plusMs(from, targetMs), side: 'seen', text, tone: 'bad', group: null, short: id } as const]
  })
}

/** From so many on they are told as one. */
const many = 4

function gathered(all: readonly Beside[]): readonly Beside[] {
  const runs: Beside[][] = []
  for (const one of all) {
    const last = runs.at(-1)
    if (last !== undefined && one.group !== null && last[0]?.group === one.group) last.push(one)
    else runs.push([one])
  }
  return runs.flatMap(run => {
    const [from, to] = [run[0], run.at(-1)]
    if (run.length < many || from === undefined || to === undefined) return run
    return [
      { ...from, text: `${run.length} ${from.group ?? ''}, until ${timeOfDay(to.at)}: ${from.short}, …, ${to.short}` },
    ]
  })
}
