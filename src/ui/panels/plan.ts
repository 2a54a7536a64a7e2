import { timeOfDay } from '../../state/times.ts'
import { spreadText } from '../../state/estimate-text.ts'
import { phaseName } from '../../state/phases.ts'
import { stretches, type Plan, type Step } from '../../state/plan.ts'
import type { PlanState, RunState } from '../../state/run-state.ts'
import { blank, heading, paragraph, paragraphs, part, row, span, type Row } from '../text/row.ts'
import { clock } from '../text/time.ts'
import { column } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { configurationTitle, count, migrationRows, riskLine } from './plan-words.ts'
import { listed, text, type Block, type Panel } from './panel.ts'

/** Phase 2: everything a person reads before approving. */
export const planPanel: Panel = ({ run }, theme, width) => {
  const held = run.plan
  if (run.planFault !== null) {
    const { what, detail, means, next } = run.planFault
    const texts = [detail ?? '', means, next].filter(text => text !== '')
    return { title: 'Plan', rows: [...paragraph(what, width, 'bad'), ...texts.flatMap(said => paragraph(said, width))] }
  }
  if (held === null) return { title: 'Plan', rows: [row('No plan yet.')] }
  const plan = held.plan
  return {
    title: `Plan   ${plan.from} ${theme.glyphs.arrow} ${plan.target.version}   ${plan.order}`,
    ...listed([
      text([
        ...approval(held, width),
        ...(held.why === null ? [] : paragraph(`Revision ${held.revision}: ${held.why}`, width, 'warn')),
        ...part('Blocked', paragraphs(plan.blockers, width, 'bad')),
        ...part('Warnings', paragraphs(plan.warnings, width, 'warn')),
        ...part('Rehearsed on a clone (T)', paragraphs(rehearsed(run), width)),
        ...part('Could be restored from a backup instead (B)', paragraphs(plan.restorable ?? [], width)),
        ...part('Could be replayed into it from the binlog (P)', paragraphs(plan.replayable ?? [], width)),
        ...paragraph(plan.orderReason, width),
        row(`${count(plan.steps.length, 'step')}, about ${clock(plan.estimateMs)}, plan ${held.hash}`),
        ...(plan.estimates ?? []).flatMap(said => paragraph(said, width)),
        ...part('Rows at risk', risks(plan, width)),
        ...part('Migrations', migrationRows(plan, width)),
        ...part(configurationTitle(run), paragraphs(plan.drift ?? [], width, 'warn')),
      ]),
      ...steps(plan, theme, width),
      text([
        ...part('Not changed', paragraphs(plan.untouched, width)),
        ...part(
          'Passed over',
          plan.passedOver.flatMap(({ version, why }) => paragraph(`${version}: ${why}`, width, 'plain', '  ')),
        ),
      ]),
    ]),
  }
}

function approval({ approved, signed }: Pick<PlanState, 'approved' | 'signed'>, width: number): readonly Row[] {
  if (approved === null)
    return signed === null ? [] : paragraph(`Approved by ${signed.by}, and not yet by a second person`, width, 'warn')
  const second = approved.second === undefined ? '' : ` and ${approved.second}`
  const until = approved.unattendedUntil
  const alone = until === null ? '' : `, unattended until ${timeOfDay(until)}`
  return paragraph(`Approved by ${approved.by}${second} at ${timeOfDay(approved.at)}${alone}`, width, 'good')
}

/** Where it can be tried: whether it is, was, or not yet. */
function rehearsed({ plan: held, run, rehearsing }: RunState): readonly string[] {
  if (rehearsing === true) return ['Being tried now, beside what serves; the plan is made again when that ends.']
  const { migrations = [], rehearsed: said = [] } = held?.plan ?? {}
  const may = migrations.some(({ database }) => run?.manifest.databases[database]?.rehearsal !== undefined)
  return said.length === 0 && may && held?.approved === null ? ["Not tried at today's schema yet."] : said
}

function risks(plan: Plan, width: number): readonly Row[] {
  return plan.atRisk.flatMap(risk => paragraph(riskLine(risk), width, risk.archived ? 'warn' : 'bad', '  '))
}

function steps(plan: Plan, theme: Theme, width: number): readonly Block[] {
  return stretches(plan).flatMap(([phase, here]) => [
    text([blank, heading(`${phase} ${phaseName(phase)}, ${count(here.length, 'step')}`)]),
    ...here.map(
      (step): Block => ({
        id: step.id,
        rows: [...noReturn(plan, step, theme, width), line(step, theme)],
        opens: { kind: 'step', id: step.id },
      }),
    ),
  ])
}

function noReturn(plan: Plan, step: Step, { glyphs }: Theme, width: number): readonly Row[] {
  if (step.id !== plan.pointOfNoReturn) return []
  const text = `${glyphs.end}${glyphs.end} no simple way back from here `
  return [row(span(text + glyphs.end.repeat(Math.max(0, width - text.length)), 'warn'))]
}

function line({ title, risk, estimateMs, estimated }: Step, { glyphs }: Theme): Row {
  const mark =
    risk === 'destructive'
      ? span(`${glyphs.warn} destroys `, 'bad')
      : span(`  ${column(risk === 'safe' ? 'safe' : 'disrupts', 9)}`, risk === 'safe' ? 'plain' : 'warn')
  const spread = estimated === undefined ? '' : `  (${spreadText(estimated)})`
  return row(mark, `${clock(estimateMs)} `, title, spread)
}
