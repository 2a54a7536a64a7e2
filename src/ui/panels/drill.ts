import { endingText } from '../../state/drill/drill-words.ts'
import { hintPrice, offeredHint, pointsText } from '../../state/drill/hint.ts'
import { isEnding } from '../../state/drill/is-drill.ts'
import { deadlineOf, scenarioOf } from '../../state/drill/play/due.ts'
import { roleWords } from '../../state/drill/scenario-words.ts'
import { saidIn, type SaidBy } from '../../state/drill/said.ts'
import type { RunState } from '../../state/run-state.ts'
import type { ConsoleState } from '../../state/store.ts'
import { timeOfDay } from '../../state/times.ts'
import { paragraph, paragraphs, part, row, span, type Row } from '../text/row.ts'
import type { Panel } from './panel.ts'

/** The drill as whoever plays it may know it: what they were told, and nothing of what is still to come. */
export const drillPanel: Panel = (state, _, width) => {
  const { run, drill, past } = state
  const title = `Drill: ${run.run?.drill?.title ?? 'none'}`
  if (drill === null) return { title, rows: paragraph(unread(state, past !== null), width) }
  const scenario = scenarioOf(drill)
  const { briefing = null, objectives = [] } = scenario ?? {}
  const ending = drill.drill?.ending ?? null
  return {
    title,
    rows: [
      ...paragraph(clocks(drill), width, 'title'),
      ...(ending === null ? [] : paragraph(endingText(ending), width, 'warn')),
      ...part('Hints', hints(state, drill, width)),
      ...part(
        'Said and asked',
        saidIn(drill).flatMap(said => saidRows(said, isEnding(drill), width)),
      ),
      ...part('What you were told', briefing === null ? [] : paragraphs([briefing], width)),
      ...part('What it is for', paragraphs(objectives, width)),
      ...part('Who does what', paragraphs(scenario === null ? [] : roleWords(scenario), width)),
    ],
  }
}

function unread({ run }: ConsoleState, isPast: boolean): string {
  if (run.run?.drill === undefined) return 'This run is played in no drill.'
  return isPast ? 'What was said in the drill is shown in the present: Esc goes back there.' : 'It was not read yet.'
}

function clocks(drill: RunState): string {
  const began = drill.drill?.began ?? null
  const until = deadlineOf(drill)
  if (began === null) return 'Its clock does not run yet.'
  return `Began at ${timeOfDay(began)}${until === null ? '' : `, over by ${timeOfDay(until)}, whatever happens`}.`
}

function saidRows({ at, text, wantsAnswer, answered }: SaidBy, isOver: boolean, width: number): readonly Row[] {
  const answer =
    answered === null
      ? wantsAnswer && !isOver
        ? paragraph('waits for an answer: A', width, 'warn', '           ')
        : []
      : paragraph(`${answered.by} at ${timeOfDay(answered.at)}: ${answered.text}`, width, 'plain', '           ')
  return [...paragraph(`${timeOfDay(at)} ${text}`, width, wantsAnswer ? 'accent' : 'plain', '  '), ...answer]
}

function hints({ now }: ConsoleState, drill: RunState, width: number): readonly Row[] {
  const taken = (drill.drill?.hints ?? []).flatMap(({ text, cost, by }) => [
    ...paragraph(text, width, 'accent', '  '),
    row(span(`    ${pointsText(cost)}, taken by ${by}`, 'quiet')),
  ])
  const offered = offeredHint(drill, now)
  const next =
    offered === null ? 'There is none for this moment.' : `There is one that ${hintPrice(offered)}: I asks for it.`
  return [...taken, ...paragraph(next, width, 'plain', '  ')]
}
