import { askRegistries } from '../docker/registry/ask.ts'
import { isService } from '../docker/look.ts'
import { judgeRecord } from '../judge-record.ts'
import type { ServiceLook } from '../port.ts'
import { noFiles } from './faults.ts'
import { healthOf } from './health.ts'
import { engineOf, placeOf, type Swarms } from './layout.ts'
import { errorsOf } from './logs.ts'
import { observePlace } from './observe.ts'
import { probeService } from './probe-service.ts'
import { readRecord } from './record.ts'
import { releasesAt } from './releases.ts'
import { surroundingsOf } from './surroundings.ts'

/** Services of Swarms, seen with GET alone, through one manager each. */
export function swarmLook(swarms: Swarms): ServiceLook {
  const { environment, timing } = swarms
  return {
    observe: instance => observePlace(placeOf(swarms, instance)),
    releases: (instance, wanted = []) => releasesAt(placeOf(swarms, instance), wanted),
    kept: async (instance, _digest, image) => {
      const { registry, why } = await askRegistries(placeOf(swarms, instance).engine, image)
      return { registry, why, archive: null }
    },
    surroundings: instance => surroundingsOf(placeOf(swarms, instance)),
    files: async (instance, release, path) => ({ ok: false, fault: noFiles(placeOf(swarms, instance), release, path) }),
    errors: (instance, lines) => {
      const { engine, swarm } = placeOf(swarms, instance)
      return errorsOf(engine, swarm, lines)
    },
    health: instance => healthOf(placeOf(swarms, instance), timing.probeTimeoutMs),
    record: host => readRecord(engineOf(swarms, host), environment),
    probe: async (command, context) => {
      if (isService(command)) return probeService(placeOf(swarms, command), command)
      const read = await readRecord(engineOf(swarms, command.host), environment)
      if (!read.ok) return { verdict: 'unclear', observed: null, says: read.fault.what }
      return judgeRecord(read.value, command, context)
    },
    close: async () => {
      await Promise.all(Object.values(swarms.engines).map(engine => engine.close()))
    },
  }
}
