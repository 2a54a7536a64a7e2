import { schemaTitle } from '../../../state/schema/against.ts'
import { planSteps } from '../../../state/steps.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { paragraph, part, row, type Row } from '../../text/row.ts'
import type { Theme } from '../../theme.ts'
import { databaseRows } from '../database.ts'
import { stepMark } from '../marks.ts'
import type { Content } from '../panel.ts'
import { migrationRows, riskLine } from '../plan-words.ts'
import { factRows } from './facts.ts'

/** One database: how it is now, its migrations with what going back is worth, the schema's difference, rows at risk, its steps. */
export function databaseDetail(name: string, state: ConsoleState, theme: Theme, width: number): Content {
  const plan = state.run.plan?.plan
  const fact = state.run.facts?.databases[name]
  const own =
    plan === undefined ? undefined : { ...plan, migrations: plan.migrations.filter(one => one.database === name) }
  const risks = plan?.atRisk.filter(({ database }) => database === name) ?? []
  return {
    title: `Database ${name}`,
    rows: [
      ...databaseRows(name, state, theme, width),
      ...part('Migrations that go back', own === undefined ? [] : migrationRows(own, width)),
      ...part(
        'Rows at risk',
        risks.flatMap(risk => paragraph(riskLine(risk), width, risk.archived ? 'warn' : 'bad', '  ')),
      ),
      ...part(
        plan === undefined ? '' : schemaTitle(plan.options),
        (plan?.schema ?? [])
          .filter(line => line.startsWith(name))
          .flatMap(line => paragraph(line, width, 'plain', '  ')),
      ),
      ...part('Its steps', steps(name, state, theme, width)),
      ...part('Applied migrations', applied(fact?.applied ?? [], width)),
    ],
  }
}

function applied(versions: readonly string[], width: number): readonly Row[] {
  if (versions.length === 0) return []
  return factRows(
    [
      ['newest', versions.toReversed().slice(0, 20).join(', ')],
      ['in all', String(versions.length)],
    ],
    width,
  )
}

function steps(name: string, state: ConsoleState, theme: Theme, width: number): readonly Row[] {
  return planSteps(state.run)
    .filter(({ command }) => 'database' in command && command.database === name)
    .flatMap(({ id, title }) => {
      const now = state.run.steps[id]
      const { glyph, word, tone } = stepMark(now?.status ?? 'waiting', theme)
      const says = now?.says == null ? [] : paragraph(now.says, width, 'quiet', '      ')
      return [...paragraph(`${glyph} ${word} ${title}`, width, tone, '  '), ...says]
    })
    .concat(planSteps(state.run).length === 0 ? [row('  no plan yet')] : [])
}
