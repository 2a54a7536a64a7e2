import { canonical, type Json } from '../../state/json.ts'
import { scenarioOf } from '../../state/drill/play/due.ts'
import type { Journaled } from '../../state/drill/score/journaled.ts'
import { measureIds } from '../../state/drill/score/measures.ts'
import type { Score } from '../../state/drill/score/score.ts'
import { row, table, type Section } from '../block.ts'
import { tookText } from './targets.ts'

export type Scored = { readonly drill: Journaled; readonly score: Score }

const most = 5

/** This drill and those of the same scenario before it, newest first, each with the numbers it had. No mean: two drills are two drills. */
export function earlierSection(now: Scored, earlier: readonly Scored[]): Section {
  const title = 'Compared with earlier drills of this scenario'
  if (earlier.length === 0)
    return { title, blocks: [{ kind: 'text', text: 'This scenario was not played in this home before.' }] }
  const all = [now, ...earlier.slice(0, most)]
  const columns = all.map(columnOf)
  const head = ['measure', ...all.map(one => headOf(one, now))]
  const rows = rowNames.map((name, index) => row([name, ...columns.map(column => column[index] ?? '')]))
  const older = earlier.length - most
  const more = older > 0 ? [{ kind: 'text', text: `${older} older ones are not shown.` } as const] : []
  return { title, blocks: [table(head, rows), ...more] }
}

function headOf({ drill, score: { run } }: Scored, now: Scored): string {
  if (drill === now.drill) return `${run} (this one)`
  return isSame(drill, now.drill) ? run : `${run} (another version of the scenario)`
}

const rowNames = ['played on', 'by', 'points', ...measureIds, 'decided', 'hints taken', 'wrong turns', 'ended']

function columnOf({ score }: Scored): readonly string[] {
  const { began, players, points, measures, decision, hints, turns, ended } = score
  const last = decision.made.at(-1)
  return [
    began?.slice(0, 10) ?? 'never began',
    players.join(', ') || 'nobody',
    points.left === null ? 'none' : String(points.left),
    ...measures.map(tookText),
    last === undefined ? 'nothing' : `${last.choice}${decision.asExpected === true ? '' : ' (not the answer)'}`,
    String(hints.filter(({ taken }) => taken !== null).length),
    String(turns.length),
    ended?.why ?? 'goes on',
  ]
}

function isSame(one: Journaled, other: Journaled): boolean {
  const text = ({ state }: Journaled): string => canonical(scenarioOf(state) as unknown as Json)
  return text(one) === text(other)
}
