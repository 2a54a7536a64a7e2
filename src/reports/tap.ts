import type { CheckResult, CheckStepResult } from '../state/check-result.ts'
import { oneLine } from '../state/text.ts'

/**
 * TAP version 14. What is inconclusive is not ok. A `should` check that does not pass is a TODO, which fails nobody. The
 * steps of a flow are its subtest.
 */
export function checksTap(results: readonly CheckResult[]): string {
  const points = results.flatMap((result, index) => [...subtest(result), ...point(result, index + 1)])
  return ['TAP version 14', `1..${results.length}`, ...points, ''].join('\n')
}

function point(result: CheckResult, number: number): readonly string[] {
  const { name, group, severity, attempts, firstFailure } = result
  const todo = severity === 'should' && !isOk(result) ? ' # TODO should' : ''
  const more = [
    ['group', group],
    ['severity', severity],
    ['attempts', String(attempts)],
    ...(firstFailure === null ? [] : [['first_failure', firstFailure]]),
  ]
  return [`${line(result, number, name)}${todo}`, ...diagnosis(result, more)]
}

function subtest({ name, steps = [] }: CheckResult): readonly string[] {
  if (steps.length === 0) return []
  const points = steps.flatMap((step, index) => [line(step, index + 1, step.name), ...diagnosis(step, [])])
  return [`# Subtest: ${text(name)}`, ...[`1..${steps.length}`, ...points].map(each => `    ${each}`)]
}

type Judged = Pick<CheckStepResult, 'verdict' | 'says' | 'latencyMs'>

function line(judged: Judged, number: number, name: string): string {
  return `${isOk(judged) ? 'ok' : 'not ok'} ${number} - ${text(name)}`
}

function diagnosis({ verdict, says, latencyMs }: Judged, more: readonly (readonly string[])[]): readonly string[] {
  const parts = [
    ['verdict', verdict],
    ['message', says],
    ...(latencyMs === null ? [] : [['duration_ms', String(latencyMs)]]),
    ...more,
  ]
  return ['  ---', ...parts.map(([key, value]) => `  ${key}: ${JSON.stringify(oneLine(value ?? '', 1000))}`), '  ...']
}

function isOk({ verdict }: Pick<Judged, 'verdict'>): boolean {
  return verdict === 'pass' || verdict === 'degraded'
}

/** `#` would begin a directive. */
function text(value: string): string {
  return oneLine(value).replaceAll(/[\\#]/g, sign => `\\${sign}`)
}
