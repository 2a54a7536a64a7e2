import { schemaTitle } from '../../state/schema/against.ts'
import { blank, heading, paragraph, row, type Row } from '../text/row.ts'
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
      ...part(
        'Against the plan before',
        (run.plan?.diff ?? []).flatMap(text => paragraph(text, width, 'warn', '  ')),
      ),
      ...part('Services', services),
      ...part(
        configurationTitle(run),
        (plan.drift ?? []).flatMap(text => paragraph(text, width, 'warn', '  ')),
      ),
      ...part(
        'Images',
        (plan.artifacts ?? []).flatMap(text => paragraph(text, width, 'plain', '  ')),
      ),
      ...part(
        'Room for images',
        (plan.space ?? []).flatMap(text => paragraph(text, width, 'plain', '  ')),
      ),
      ...part('Databases', migrationRows(plan, width)),
      ...part(
        schemaTitle(plan.options),
        (plan.schema ?? []).flatMap(text => paragraph(text, width, 'plain', '  ')),
      ),
      ...part(
        'Rows',
        plan.atRisk.flatMap(risk => paragraph(riskLine(risk), width, risk.archived ? 'warn' : 'bad', '  ')),
      ),
      ...part(
        'Not changed',
        plan.untouched.flatMap(text => paragraph(text, width, 'plain', '  ')),
      ),
    ],
  }
}

function part(title: string, rows: readonly Row[]): readonly Row[] {
  return rows.length === 0 ? [] : [heading(title), ...rows, blank]
}
