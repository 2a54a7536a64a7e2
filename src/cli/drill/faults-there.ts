import type { Fault } from '../../state/fault.ts'
import { openFaultLook } from '../../targets/faults/look.ts'
import type { FaultSeen } from '../../targets/faults/port.ts'
import { faultMeans, type Environment } from '../environment.ts'

/** What drills have put at an environment's targets and is there now, whoever's they are; and which targets gave no answer. */
export async function faultsThere({
  manifest,
  secrets,
}: Environment): Promise<{ readonly found: readonly FaultSeen[]; readonly troubles: readonly Fault[] }> {
  const look = openFaultLook(manifest, faultMeans(secrets))
  const seen = await look.seen().finally(() => look.close())
  return {
    found: seen.flatMap(one => (one.ok ? one.value : [])),
    troubles: seen.flatMap(one => (one.ok ? [] : [one.fault])),
  }
}
