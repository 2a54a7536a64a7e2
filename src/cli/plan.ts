import { join } from 'node:path'
import { sha256 } from '../client/sha256.ts'
import { asternHome } from '../client/home.ts'
import { gatherFacts } from '../runners/engine/gather.ts'
import { makePlan } from '../runners/engine/planning.ts'
import { meantBy } from '../runners/engine/meant.ts'
import { readPast } from '../runners/journal/past.ts'
import { planHash, type Plan } from '../state/plan.ts'
import type { Manifest } from '../state/manifest.ts'
import { planLines } from '../state/plan-lines.ts'
import { wantsSecondPerson } from '../state/second-person.ts'
import { closeLooks, looksFor, openEnvironment } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { codeOf } from './preflight.ts'
import { planOptions } from './rollback.ts'
import { answer, answerJson, tell } from './talk.ts'

/** The plan that a rollback would propose now. Looks only. Exit 1 when it could not be approved. */
export async function plan(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags)
  if (environment === null) return exitCode.usage
  const looks = looksFor(environment)
  try {
    const options = planOptions(flags)
    const { manifest, secrets } = environment
    await secrets.learn(manifest)
    const facts = await gatherFacts(manifest, looks, secrets.mask, () => new Date(), meantBy(options))
    const past = await readPast(join(asternHome(process.env), 'runs'), { environment: manifest.environment })
    const planned = secrets.mask(await makePlan(manifest, facts, options, looks, past))
    if (!planned.ok) {
      if (flags.json === true) answerJson({ ok: false, fault: planned.fault })
      tell(planned.fault)
      return codeOf(planned.fault)
    }
    print(planned.plan, manifest, flags)
    return planned.plan.blockers.length === 0 ? exitCode.reached : exitCode.short
  } finally {
    await closeLooks(looks)
  }
}

function print(made: Plan, manifest: Manifest, flags: Flags): void {
  const hash = planHash(made, sha256)
  if (flags.json === true) answerJson({ ok: true, hash, plan: made })
  else answer(planLines(made, hash).join('\n'))
  if (flags.json !== true && wantsSecondPerson(manifest, made))
    answer('A second person approves it too, from another account: astern approve')
}
