import { isDestructive, type Plan, type Step } from './plan.ts'
import { phaseName } from './phases.ts'
import { estimateText } from './estimate-text.ts'
import { schemaTitle } from './schema/against.ts'

/** A plan in words, for `astern plan` and the line mode. */
export function planLines(plan: Plan, hash: string): readonly string[] {
  return [
    `Plan ${hash}   ${plan.from} -> ${plan.target.version}   ${plan.order}   about ${seconds(plan.estimateMs)}`,
    `  ${plan.orderReason}`,
    ...(plan.estimates ?? []).map(text => `  ${text}`),
    ...section('Blockers', plan.blockers),
    ...section('Warnings', plan.warnings),
    ...section('Rehearsed', plan.rehearsed ?? []),
    ...section('Could be restored instead (--restore)', plan.restorable ?? []),
    ...section('Could be replayed into it from the binlog (--replay)', plan.replayable ?? []),
    ...section('Images', plan.artifacts ?? []),
    ...section('Room for images', plan.space ?? []),
    ...section('Configuration', plan.drift ?? []),
    ...section('Migrations', plan.migrations.map(migrationLine)),
    ...section(schemaTitle(plan.options), plan.schema ?? []),
    ...section(
      'Rows at risk',
      plan.atRisk.map(risk => atRisk(risk)),
    ),
    ...section(
      'Steps',
      plan.steps.map(step => stepLine(step, plan)),
    ),
    ...section('Not changed', plan.untouched),
    ...section(
      'Passed over',
      plan.passedOver.map(({ version, why }) => `${version}: ${why}`),
    ),
    '',
    `Approving it wants typed: ${[plan.typed.environment, ...plan.typed.databases].join(', ')}`,
    ...(isDestructive(plan) ? [`Headless it also wants: --confirm-plan ${hash}`] : []),
  ]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map(line => `  ${line}`)]
}

function stepLine(step: Step, plan: Plan): string {
  const mark = step.risk === 'destructive' ? '!' : step.risk === 'disruptive' ? '~' : ' '
  const end = step.id === plan.pointOfNoReturn ? '   <- no simple way back from here' : ''
  return `${mark} ${step.phase} ${phaseName(step.phase).padEnd(9)} ${step.title}${spread(step)}${end}`
}

/** Of what past runs took; nothing where none is known. */
function spread({ estimateMs, estimated }: Step): string {
  return estimated === undefined ? '' : `   (${estimateText({ estimateMs, estimated })})`
}

function migrationLine(migration: Plan['migrations'][number]): string {
  const { database, version, name, direction, statements, verdict, why } = migration
  const worth = verdict === undefined ? '' : `   ${verdict}: ${why ?? ''}`
  return `${database} ${direction} ${version} ${name}, ${statements} statements${worth}`
}

function atRisk({ database, table, column, rows, archived }: Plan['atRisk'][number]): string {
  const what = column === null ? table : `${table}.${column}`
  return `${database} ${what}: ${rows} rows ${archived ? 'leave, archived first: 0 lost' : 'LOST'}`
}

function seconds(ms: number): string {
  const whole = Math.max(1, Math.round(ms / 1000))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
