import { guideOf } from '../../state/drill/guide/guide.ts'
import { blank, heading, paragraph, part, row, span, type Row } from '../text/row.ts'
import { primaryOf } from '../view/primary.ts'
import type { Panel } from './panel.ts'

const inDrill =
  'In this drill: A answers whoever asks, D shows what you were told, I says what a hint costs, ! halts it.'

/** This moment, for somebody who is here for the first time. */
export const guidePanel: Panel = ({ run, drill }, { glyphs }, width) => {
  const { title, now, next, why, good, wrong } = guideOf(run, drill)
  const listed = (texts: readonly string[]): readonly Row[] =>
    texts.flatMap(text =>
      paragraph(text, width - 2).map((line, index) => row(span(index === 0 ? `${glyphs.rule} ` : '  '), ...line)),
    )
  const enter = primaryOf(run)?.label
  return {
    title: `Guide: ${title}`,
    rows: [
      heading('So it is now'),
      ...listed(now),
      blank,
      heading(enter === undefined ? 'What to do' : `What to do: enter (${enter})`),
      ...paragraph(next, width, 'accent', '  '),
      ...part('Why now', listed(why)),
      ...part('What good looks like', listed(good)),
      ...part('What people get wrong', listed(wrong)),
      blank,
      ...paragraph('esc shows the phase itself; E brings this back.', width, 'quiet'),
      ...(run.run?.drill === undefined ? [] : paragraph(inDrill, width, 'quiet')),
    ],
  }
}
