import type { RecordCommand, ServiceCommand } from '../../../state/command.ts'
import { judgeRecord } from '../judge-record.ts'
import type { ServiceLook } from '../port.ts'
import type { Result } from '../../../state/fault.ts'
import { configurationsOf } from './configurations.ts'
import { deploysOn } from './deploys.ts'
import { keptElsewhere, releasesElsewhere } from './elsewhere.ts'
import { filesOf } from './files.ts'
import { standingOf } from './find.ts'
import { healthOf } from './health.ts'
import { releasesAt } from './images.ts'
import type { Engine } from './engine.ts'
import { engineOf, placeOf, type Fleet } from './layout.ts'
import { errorsOf } from './logs.ts'
import { observePlace } from './observe.ts'
import { probeService } from './probe-service.ts'
import { spaceOf } from './room.ts'
import { surroundingsOf } from './surroundings.ts'
import { probeMark, sightOn } from '../drill/shelf.ts'
import { markVolumes } from './mark.ts'
import { probeSchema } from '../record/schemas.ts'
import { readRecord } from './record.ts'
import { schemaVolumes } from './schemas.ts'
import { machineOf } from './machine.ts'

/** Containers on Docker Engines, seen with GET alone. */
export function dockerLook(fleet: Fleet): ServiceLook {
  const { environment, timing } = fleet
  return {
    observe: instance => observePlace(placeOf(fleet, instance)),
    releases: async (instance, wanted = []) => {
      const place = placeOf(fleet, instance)
      const standing = await standingOf(place)
      if (!standing.ok) return []
      const { current, displaced } = standing.value
      const running = [...(current === null ? [] : [current]), ...displaced].map(({ Image }) => Image)
      const found = await releasesAt(place, [...running, ...wanted.map(({ digest }) => digest)])
      if (!found.ok) return []
      const missing = wanted.filter(({ digest }) => found.value.every(here => here.digest !== digest))
      return [...found.value, ...(await releasesElsewhere(place, fleet.artifacts, missing))]
    },
    kept: (instance, digest, image) => keptElsewhere(placeOf(fleet, instance).engine, fleet.artifacts, digest, image),
    surroundings: instance => surroundingsOf(placeOf(fleet, instance)),
    space: host => spaceOf(engineOf(fleet, host)),
    deploys: host => deploysOn(fleet, host),
    configurations: (instance, wanted) => configurationsOf(placeOf(fleet, instance), wanted),
    files: (instance, release, path) => filesOf(placeOf(fleet, instance), release, path),
    errors: async (instance, lines) => {
      const place = placeOf(fleet, instance)
      const standing = await standingOf(place)
      const id = standing.ok ? standing.value.current?.Id : undefined
      return id === undefined ? [] : errorsOf(place.engine, id, lines)
    },
    health: instance => healthOf(placeOf(fleet, instance), timing.probeTimeoutMs),
    record: host => readRecord(engineOf(fleet, host), environment),
    schema: (host, fingerprint) => schemaVolumes(engineOf(fleet, host), environment).read(fingerprint),
    hostId: host => engineId(engineOf(fleet, host)),
    drill: host => sightOn(markVolumes(engineOf(fleet, host)), environment),
    machine: host => machineOf(engineOf(fleet, host)),
    probe: async (command, context) => {
      if (isService(command)) return probeService(placeOf(fleet, command), command)
      const engine = engineOf(fleet, command.host)
      if (command.kind === 'drill.mark') return probeMark(markVolumes(engine), command, context.environment)
      if (command.kind === 'schema.keep') return probeSchema(schemaVolumes(engine, environment), command)
      const read = await readRecord(engine, environment)
      if (!read.ok) return { verdict: 'unclear', observed: null, says: read.fault.what }
      return judgeRecord(read.value, command, context)
    },
    close: async () => {
      await Promise.all(Object.values(fleet.engines).map(engine => engine.close()))
    },
  }
}

async function engineId(engine: Engine): Promise<Result<string>> {
  const info = await engine.call('ask for its id', docker => docker.info() as Promise<{ readonly ID: string }>)
  return info.ok ? { ok: true, value: info.value.ID } : info
}

export function isService(command: ServiceCommand | RecordCommand): command is ServiceCommand {
  return command.kind.startsWith('service.')
}
