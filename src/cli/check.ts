import { writeFile } from 'node:fs/promises'
import { runChecks } from '../runners/checks/run-checks.ts'
import { checksXml } from '../reports/junit.ts'
import type { CheckResult } from '../state/check-result.ts'
import { suiteMs } from '../state/check.ts'
import { openContainers } from '../targets/containers.ts'
import { cellsOf } from '../targets/cells.ts'
import { openEnvironment, targetMeans } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { answer, answerJson } from './talk.ts'

/** The checks alone. Exit 1 when a must check does not pass. */
export async function check(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags)
  if (environment === null) return exitCode.usage
  const means = targetMeans(environment.secrets)
  const inside = openContainers(environment.manifest, means)
  try {
    const { manifest, secrets } = environment
    const results = await runChecks({
      checks: manifest.checks,
      cell: cellsOf(environment.manifest, means),
      containers: inside.containers,
      deadlineMs: manifest.timing.checksMs ?? suiteMs,
      resolve: secrets.resolve,
      mask: secrets.mask,
      signal: new AbortController().signal,
      onResult: result => flags.json !== true && answer(line(result)),
    })
    if (flags.json === true) answerJson(results)
    if (flags.junit !== undefined) await writeFile(flags.junit, checksXml([{ name: 'checks', results }]))
    const bad = results.some(
      ({ severity, verdict }) => severity === 'must' && (verdict === 'fail' || verdict === 'inconclusive'),
    )
    return bad ? exitCode.short : exitCode.reached
  } finally {
    await inside.close()
  }
}

const marks = { pass: '✓', degraded: '▲', fail: '✗', inconclusive: '?' }

function line({ name, group, verdict, says, latencyMs, severity }: CheckResult): string {
  const time = latencyMs === null ? '' : ` ${Math.round(latencyMs)} ms`
  return `${marks[verdict]} ${verdict.padEnd(12)} ${group}/${name} (${severity})${time}  ${says}`
}
