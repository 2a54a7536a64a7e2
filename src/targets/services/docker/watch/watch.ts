import type { ServiceWatch } from '../../port.ts'
import { healthOf } from '../health.ts'
import { placeOf, type Fleet } from '../layout.ts'
import { observePlace } from '../observe.ts'
import { patient } from './patient.ts'
import { watched } from './watched.ts'

/** The fleet's containers, for one who looks again and again. Its connections are the fleet's. */
export function dockerWatch(fleet: Fleet): ServiceWatch {
  const { probeTimeoutMs } = fleet.timing
  const engines = Object.entries(fleet.engines).map(
    ([host, engine]) => [host, watched(patient(engine), probeTimeoutMs)] as const,
  )
  const watching = { ...fleet, engines: Object.fromEntries(engines) }
  return {
    observe: instance => observePlace(placeOf(watching, instance)),
    health: instance => healthOf(placeOf(watching, instance), probeTimeoutMs),
    close: async () => {
      await Promise.all(engines.map(([, engine]) => engine.close()))
    },
  }
}
