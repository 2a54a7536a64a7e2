import { phaseName } from '../../state/phases.ts'
import type { Played } from '../../state/drill/play/drill-state.ts'
import { phaseOf } from '../../state/selectors.ts'
import type { ConsoleState, Followed } from '../../state/store.ts'
import { timeOfDay } from '../../state/times.ts'
import { logRows } from '../panels/log.ts'
import { listed, type Block, type Panel } from '../panels/panel.ts'
import { blank, paragraph, row, span, type Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'
import { primaryOf } from '../view/primary.ts'

const linesShown = 8

/** Each rollback that is played: where it is, what it waits for, and the end of its log. */
export const runsBox: Panel = (state, theme, width) => {
  const played = Object.entries(state.run.drill?.played ?? {})
  if (played.length === 0) return { title: 'Played', rows: [row('Nobody has opened a rollback yet.')] }
  return {
    title: `Played   ${played.length === 1 ? '1 run' : `${played.length} runs`}`,
    ...listed(played.map(([id, run]) => runBlock(id, run, state, theme, width))),
  }
}

function runBlock(id: string, played: Played, state: ConsoleState, theme: Theme, width: number): Block {
  const followed = state.played[id]
  return {
    id: `run ${id}`,
    rows: [
      row(span(id, 'title'), `  opened at ${timeOfDay(played.joined)}`),
      ...paragraph(phasesText(played), width, 'plain', '  '),
      ...(followed === undefined ? [] : standing(followed, theme, width)),
      blank,
      ...(followed === undefined ? [] : logRows(followed, linesShown)),
    ],
  }
}

function standing({ run }: Followed, { glyphs }: Theme, width: number): readonly Row[] {
  const phase = phaseOf(run)
  const prompt = primaryOf(run)?.prompt ?? 'At work; nothing waits for them.'
  const [closed, holder] = [run.closed, run.helm.holder]
  return [
    row(
      span(`  ${phase}/6 ${phaseName(phase).toUpperCase()}`, 'title'),
      `  ${run.decision?.severity ?? 'not declared yet'}  helm ${holder?.name ?? 'nobody'}`,
    ),
    ...paragraph(
      closed === null ? `${glyphs.pointer} ${prompt}` : `Closed: ${closed.outcome} (${closed.why})`,
      width,
      'accent',
      '  ',
    ),
  ]
}

function phasesText({ phases, closed }: Played): string {
  const reached = Object.entries(phases).map(
    ([phase, at]) => `${phaseName(Number(phase) as Parameters<typeof phaseName>[0])} ${timeOfDay(at)}`,
  )
  const end = closed === null ? [] : [`closed ${timeOfDay(closed.at)}: ${closed.outcome}`]
  return [...reached, ...end].join(', ')
}
