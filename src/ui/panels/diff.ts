import { schemaTitle } from '../../state/schema/against.ts'
import { blank, heading, paragraph, paragraphs, row, type Row } from '../text/row.ts'
import { column } from '../text/width.ts'
import { configurationTitle, migrationRows, riskLine } from './plan-words.ts'
import type { Panel } from './panel.ts'

/** What would be different afterwards, and what would not. */
export const diffPanel: Panel = ({ run }, theme, width) => {
  const plan = run.plan?.plan
  if (plan === undefined) return { title: 'What changes', rows: [row('There is no plan yet.')] }
  const services = plan.changes.map(({ instance, from, to, digest }) =>
    row(`  ${column(instance, 18)} ${from ?? 'nothing'} ${theme.glyphs.arrow} ${to}  ${digest.slice(0, 19)}`),
  )
  return {
    title: `What changes   ${plan.from} ${theme.glyphs.arrow} ${plan.target.version}`,
    rows: [
      ...part('Against the plan before', paragraphs(run.plan?.diff ?? [], width, 'warn')),
      ...part('Services', services),
      ...part(configurationTitle(run), paragraphs(plan.drift ?? [], width, 'warn')),
      ...part('Images', paragraphs(plan.artifacts ?? [], width)),
      ...part('Room for images', paragraphs(plan.space ?? [], width)),
      ...part('Databases', migrationRows(plan, width)),
      ...part(schemaTitle(plan.options), paragraphs(plan.schema ?? [], width)),
      ...part(
        'Rows',
        plan.atRisk.flatMap(risk => paragraph(riskLine(risk), width, risk.archived ? 'warn' : 'bad', '  ')),
      ),
      ...part('Not changed', paragraphs(plan.untouched, width)),
    ],
  }
}

function part(title: string, rows: readonly Row[]): readonly Row[] {
  return rows.length === 0 ? [] : [heading(title), ...rows, blank]
}
