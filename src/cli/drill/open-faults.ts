import { withPatience } from '../../runners/drill/patience.ts'
import { openFaultAct } from '../../targets/faults/act.ts'
import type { OpenDesk } from '../desk.ts'
import { faultMeans } from '../environment.ts'
import type { Manifest } from '../../state/manifest.ts'
import type { FaultAct } from '../../targets/faults/port.ts'

/** The hands of whoever leads a drill, or cleans up after one. */
export function openFaults(manifest: Manifest, secrets: OpenDesk['secrets']): FaultAct {
  return withPatience(openFaultAct(manifest, faultMeans(secrets)))
}
