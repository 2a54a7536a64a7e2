import { closeLooks, looksFor, openEnvironment } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { answer, answerJson, tell } from './talk.ts'

/** For pipelines, before a deployment. Fails closed: a record that cannot be read refuses. */
export async function gate(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags)
  if (environment === null) return exitCode.usage
  const looks = looksFor(environment)
  try {
    const reasons: string[] = []
    for (const host of Object.keys(environment.manifest.hosts).sort()) {
      const record = await looks.services.record(host)
      if (!record.ok) {
        tell(record.fault)
        reasons.push(`${host}: its record cannot be read`)
        continue
      }
      const { freeze, refused } = record.value
      if (freeze !== null) reasons.push(`${host}: frozen since ${freeze.since} by ${freeze.by}: ${freeze.reason}`)
      const back = refused.find(({ version }) => version === flags.version)
      if (back !== undefined)
        reasons.push(
          `${host}: ${back.version} was rolled back by run ${back.run} at ${back.since}; clear it with: astern unfreeze --clear ${back.version}`,
        )
    }
    if (flags.json === true) answerJson({ version: flags.version, passes: reasons.length === 0, reasons })
    else
      answer(
        reasons.length === 0
          ? `${flags.version} may be deployed`
          : `${flags.version} is refused\n${reasons.map(reason => `  ${reason}`).join('\n')}`,
      )
    return reasons.length === 0 ? exitCode.reached : exitCode.refused
  } finally {
    await closeLooks(looks)
  }
}
