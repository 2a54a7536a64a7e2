import type { RunState } from '../../state/run-state.ts'
import type { AtRisk, Plan } from '../../state/plan.ts'
import { paragraph, type Row } from '../text/row.ts'
import { clock } from '../text/time.ts'

export function summaryLine(plan: Plan): string {
  return `${plan.from} → ${plan.target.version}, ${plan.order}, ${count(plan.steps.length, 'step')}, about ${clock(plan.estimateMs)}`
}

export function riskLine({ database, table, column, rows, archived }: AtRisk): string {
  const what = `${database} ${table}${column === null ? '' : `.${column}`}: ${count(rows, 'row')}`
  return archived ? `${what} leave, archived first: 0 lost` : `${what} LOST`
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** `main down 20261118 move notes, 3 statements`, and what its way down is worth. */
export function migrationRows({ migrations }: Plan, width: number): readonly Row[] {
  return migrations.flatMap(({ database, version, name, direction, statements, verdict, why }) => {
    const head = `${database} ${direction} ${version} ${name}, ${count(statements, 'statement')}`
    if (verdict === undefined) return paragraph(head, width, 'plain', '  ')
    const tone = verdict === 'reversible' ? 'good' : 'warn'
    return [...paragraph(head, width, 'plain', '  '), ...paragraph(`${verdict}: ${why ?? ''}`, width, tone, '    ')]
  })
}

/** Which one containers are made with, and while that can still be changed, how. */
export function configurationTitle({ plan }: RunState): string {
  const taken = plan?.plan.options.configuration === 'recorded' ? 'the recorded one' : "today's"
  return `Configuration: ${taken} is taken${plan?.approved === null ? ' (C takes the other)' : ''}`
}
