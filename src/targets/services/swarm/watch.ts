import { patient } from '../docker/watch/patient.ts'
import type { ServiceWatch } from '../port.ts'
import { healthOf } from './health.ts'
import { placeOf, type Swarms } from './layout.ts'
import { observePlace } from './observe.ts'

/** Services of Swarms, for one who looks again and again. Its connections are the Swarms'. */
export function swarmWatch(swarms: Swarms): ServiceWatch {
  const managers = Object.entries(swarms.managers).map(
    ([host, one]) => [host, { ...one, engine: patient(one.engine) }] as const,
  )
  const watching = { ...swarms, managers: Object.fromEntries(managers) }
  return {
    observe: instance => observePlace(placeOf(watching, instance)),
    health: instance => healthOf(placeOf(watching, instance), swarms.timing.probeTimeoutMs),
    close: async () => {},
  }
}
