import { writeFile } from 'node:fs/promises'
import { runChecks } from '../runners/checks/run-checks.ts'
import { checksXml } from '../reports/junit.ts'
import { checksTap } from '../reports/tap.ts'
import { changeOf, isBad } from '../state/check-change.ts'
import type { CheckResult } from '../state/check-result.ts'
import { suiteTimeOf } from '../state/check.ts'
import { cellsOf } from '../targets/cells.ts'
import { openContainers } from '../targets/containers.ts'
import { readBaseline, type Baseline } from './baseline.ts'
import { openEnvironment, targetMeans, type Environment } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { answer, answerJson, tell } from './talk.ts'

/** The checks alone. Exit 1 when a must check does not pass. */
export async function check(flags: Flags): Promise<number> {
  const before = flags.baseline === undefined ? { ok: true as const, value: {} } : await readBaseline(flags.baseline)
  if (!before.ok) return (tell(before.fault), exitCode.usage)
  const environment = await openEnvironment(flags)
  if (environment === null) return exitCode.usage
  const format = flags.json === true ? 'json' : (flags.format ?? 'text')
  const results = await suite(environment, result => {
    if (format === 'text') answer(line(result, before.value))
  })
  const compared = { name: 'checks', results, before: before.value }
  if (format === 'json') answerJson(results.map(result => withChange(result, before.value)))
  if (format === 'tap') answer(checksTap(results))
  if (format === 'junit') answer(checksXml([compared]))
  if (flags.junit !== undefined) await writeFile(flags.junit, checksXml([compared]))
  const bad = results.some(result => result.severity === 'must' && isBad(result))
  return bad ? exitCode.short : exitCode.reached
}

async function suite(
  { manifest, secrets }: Environment,
  onResult: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  await secrets.learn(manifest)
  const means = targetMeans(secrets)
  const inside = openContainers(manifest, means)
  try {
    return await runChecks({
      checks: manifest.checks,
      cell: cellsOf(manifest, means),
      containers: inside.containers,
      deadlineMs: suiteTimeOf(manifest, 'after'),
      resolve: secrets.resolve,
      mask: secrets.mask,
      signal: new AbortController().signal,
      onResult,
    })
  } finally {
    await inside.close()
    leave()
  }
}

/** A program or a query that hangs holds nobody up: what it holds open is left behind. */
function leave(): void {
  setTimeout(() => process.exit(), 3000).unref()
}

const marks = { pass: '✓', degraded: '▲', fail: '✗', inconclusive: '?' }

function line(result: CheckResult, before: Baseline): string {
  const { name, group, verdict, says, latencyMs, severity, firstFailure } = result
  const time = latencyMs === null ? '' : ` ${Math.round(latencyMs)} ms`
  const change = changeOf(before[name], result)
  const difference = change === 'same' || change === 'new' ? '' : `  [${change}]`
  const flaky = verdict === 'pass' && firstFailure !== null ? `  (flaky, at first: ${firstFailure})` : ''
  return `${marks[verdict]} ${verdict.padEnd(12)} ${group}/${name} (${severity})${time}${difference}  ${says}${flaky}`
}

function withChange(result: CheckResult, before: Baseline): object {
  return Object.keys(before).length === 0 ? result : { ...result, change: changeOf(before[result.name], result) }
}
