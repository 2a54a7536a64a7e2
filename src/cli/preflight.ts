import { gatherFacts } from '../runners/engine/gather.ts'
import { makePlan } from '../runners/engine/planning.ts'
import { meantBy } from '../runners/engine/meant.ts'
import type { RunPurpose } from '../state/event.ts'
import type { Fault } from '../state/fault.ts'
import type { PlanOptions } from '../state/plan.ts'
import type { Looks } from '../targets/looks.ts'
import type { Environment } from './environment.ts'
import { exitCode } from './exit-codes.ts'

export type Refused = { readonly fault: Fault; readonly code: number }

/** What can be refused before a run is opened is: a version nobody knows, data that cannot be preserved. Only looks. */
export async function preflight(
  environment: Environment,
  looks: Looks,
  options: PlanOptions,
  purpose: RunPurpose,
): Promise<Refused | null> {
  if (purpose.kind !== 'rollback' || (options.version === null && !options.preserveData)) return null
  const { manifest, secrets } = environment
  await secrets.learn(manifest)
  const facts = await gatherFacts(manifest, looks, secrets.mask, () => new Date(), meantBy(options))
  const planned = await makePlan(manifest, facts, options, looks)
  return planned.ok ? null : { fault: planned.fault, code: codeOf(planned.fault) }
}

export function codeOf(fault: Fault): number {
  return fault.code.startsWith('target.') ? exitCode.usage : exitCode.refused
}
