import { changeOf } from '../state/check-change.ts'
import { checksOf } from '../state/check.ts'
import type { CheckResult } from '../state/check-result.ts'
import type { CheckSuite, Line } from '../state/event.ts'
import { replay } from '../state/reduce.ts'
import type { RunState, Suite } from '../state/run-state.ts'
import { plain } from '../state/text.ts'

/** `before`: what the same checks came to earlier, by their names. */
export type NamedSuite = {
  readonly name: string
  readonly at?: string
  readonly results: readonly CheckResult[]
  readonly before?: Suite['results']
}

/** Both suites of a run, in the order baseline, after. */
export function junit(lines: readonly Line[]): string {
  const state = replay(lines)
  const { baseline, after } = state.suites
  const before = baseline?.results ?? {}
  const compared = named('after', after, state).map(suite => ({ ...suite, before }))
  return checksXml([...named('baseline', baseline, state), ...compared])
}

/** What is inconclusive is an error: it shows nothing, and must not pass. `at`: an ISO time. */
export function checksXml(suites: readonly NamedSuite[]): string {
  const all = suites.flatMap(({ results }) => results)
  const body = suites.map(suiteXml).join('')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="astern" ${counts(all)}>\n${body}</testsuites>\n`
}

/** A check that is declared and gave no result yet did not pass. */
function named(name: CheckSuite, suite: Suite | null, state: RunState): readonly NamedSuite[] {
  if (suite === null) return []
  const missing = checksOf({ checks: state.run?.manifest.checks ?? [] }, name).filter(
    check => suite.results[check.name] === undefined,
  )
  const notRun = missing.map(
    (check): CheckResult => ({
      name: check.name,
      group: check.group,
      severity: check.severity,
      verdict: 'inconclusive',
      says: 'it gave no result',
      latencyMs: null,
      attempts: 0,
      firstFailure: null,
    }),
  )
  return [{ name, at: suite.startedAt, results: [...Object.values(suite.results), ...notRun] }]
}

function suiteXml({ name, at, results, before = {} }: NamedSuite): string {
  const when = at === undefined ? '' : ` timestamp="${xml(at.slice(0, 19))}"`
  const cases = results.map(result => testCase(name, result, before[result.name])).join('')
  return `  <testsuite name="${xml(name)}"${when} ${counts(results)}>\n${cases}  </testsuite>\n`
}

function counts(results: readonly CheckResult[]): string {
  const failures = results.filter(({ verdict }) => verdict === 'fail').length
  const errors = results.filter(({ verdict }) => verdict === 'inconclusive').length
  const ms = results.reduce((sum, { latencyMs }) => sum + (latencyMs ?? 0), 0)
  return `tests="${results.length}" failures="${failures}" errors="${errors}" time="${seconds(ms)}"`
}

/** `says` holds what was expected and what was got. */
function testCase(suite: string, result: CheckResult, before: CheckResult | undefined): string {
  const { name, group, severity, verdict, says, latencyMs, firstFailure, steps = [] } = result
  const open = `    <testcase name="${xml(name)}" classname="${xml(`${suite}.${group}`)}" time="${seconds(latencyMs ?? 0)}">\n`
  const problem = verdict === 'fail' ? 'failure' : verdict === 'inconclusive' ? 'error' : null
  const problems =
    problem === null ? '' : `      <${problem} type="${severity}" message="${xml(says)}">${xml(says)}</${problem}>\n`
  const notes = [
    ...(verdict === 'degraded' ? [says] : []),
    ...(firstFailure === null ? [] : [`at first: ${firstFailure}`]),
    ...(changeOf(before, result) === 'failed before' ? ['failed before too'] : []),
    ...steps.map((step, index) => `step ${index + 1}, ${step.name}: ${step.verdict}: ${step.says}`),
  ]
  const out = notes.length === 0 ? '' : `      <system-out>${xml(notes.join('\n'))}</system-out>\n`
  return `${open}${problems}${out}    </testcase>\n`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** Also without the two characters that XML cannot carry in any spelling. */
function xml(value: string): string {
  return plain(value)
    .toWellFormed()
    .replaceAll(/[\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"\n]/g, sign => escapes[sign] ?? sign)
}
