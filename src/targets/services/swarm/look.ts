import { machineOf } from '../docker/machine.ts'
import { askRegistries } from '../docker/registry/ask.ts'
import { isService } from '../docker/look.ts'
import { judgeRecord } from '../judge-record.ts'
import type { ServiceLook } from '../port.ts'
import { probeMark, sightOn } from '../drill/shelf.ts'
import { markConfigs } from './mark.ts'
import { probeSchema } from '../record/schemas.ts'
import { deploysOn } from './deploys.ts'
import { filesOf } from './files.ts'
import { healthOf } from './health.ts'
import { swarmId } from './id.ts'
import { engineOf, placeOf, type Swarms } from './layout.ts'
import { errorsOf } from './logs.ts'
import { observePlace } from './observe.ts'
import { probeService } from './probe-service.ts'
import { readRecord } from './record.ts'
import { releasesAt } from './releases.ts'
import { schemaConfigs } from './schemas.ts'
import { surroundingsOf } from './surroundings.ts'

/** Services of Swarms, seen with GET alone, through a manager of each. */
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
    space: () => Promise.resolve({ freeBytes: null, at: null, why: nodesPull }),
    deploys: host => deploysOn(swarms, host),
    configurations: () => Promise.resolve(null),
    files: (instance, release, path) => filesOf(placeOf(swarms, instance), release, path),
    errors: (instance, lines) => {
      const { engine, swarm } = placeOf(swarms, instance)
      return errorsOf(engine, swarm, lines)
    },
    health: instance => healthOf(placeOf(swarms, instance), timing.probeTimeoutMs),
    record: host => readRecord(engineOf(swarms, host), environment),
    schema: (host, fingerprint) => schemaConfigs(engineOf(swarms, host), environment).read(fingerprint),
    hostId: host => swarmId(engineOf(swarms, host)),
    drill: host => sightOn(markConfigs(engineOf(swarms, host)), environment),
    machine: host => machineOf(engineOf(swarms, host)),
    probe: async (command, context) => {
      if (isService(command)) return probeService(placeOf(swarms, command), command)
      const engine = engineOf(swarms, command.host)
      if (command.kind === 'drill.mark') return probeMark(markConfigs(engine), command, context.environment)
      if (command.kind === 'schema.keep') return probeSchema(schemaConfigs(engine, environment), command)
      const read = await readRecord(engine, environment)
      if (!read.ok) return { verdict: 'unclear', observed: null, says: read.fault.what }
      return judgeRecord(read.value, command, context)
    },
    close: async () => {
      await Promise.all(Object.values(swarms.engines).map(engine => engine.close()))
    },
  }
}

const nodesPull = 'each node pulls what it is to run, and a manager tells nothing of their disks'
