import type { RecordCommand, ServiceCommand } from '../../../state/command.ts'
import { probe } from '../../probes/probe.ts'
import type { Instance } from '../../../state/facts.ts'
import type { Health, ServiceLook } from '../port.ts'
import { filesOf } from './files.ts'
import { sightOn } from '../drill/shelf.ts'
import { markFiles } from './mark.ts'
import { placeOf, recordPath, type ReleasesConfig } from './layout.ts'
import { errorsOf } from './log.ts'
import { observePlace, releasesAt } from './observe.ts'
import { probeService } from './probe-service.ts'
import { probeRecord } from './probe-record.ts'
import { readRecord } from './record.ts'
import { schemaFiles } from './schemas.ts'

/** Release directories and supervised processes, seen and not touched. */
export function releasesLook(config: ReleasesConfig): ServiceLook {
  return {
    observe: instance => observePlace(placeOf(config, instance)),
    releases: instance => releasesAt(placeOf(config, instance)),
    kept: () => Promise.resolve(null),
    surroundings: () => Promise.resolve([]),
    space: () => Promise.resolve(null),
    deploys: () => Promise.resolve([]),
    configurations: () => Promise.resolve(null),
    files: (instance, release, path) => filesOf(placeOf(config, instance), release, path),
    errors: (instance, lines) => errorsOf(placeOf(config, instance), lines),
    health: instance => healthOf(config, instance),
    record: host => readRecord(recordPath(config, host), host),
    schema: (host, fingerprint) => schemaFiles(recordPath(config, host), host).read(fingerprint),
    hostId: host => Promise.resolve({ ok: true, value: recordPath(config, host) }),
    drill: host => sightOn(markFiles(recordPath(config, host), host), config.environment),
    machine: () => Promise.resolve({ skewMs: null, tooOld: null }),
    probe: (command, context) =>
      isService(command)
        ? probeService(placeOf(config, command), command)
        : probeRecord(recordPath(config, command.host), command, context),
    close: async () => {},
  }
}

export function isService(command: ServiceCommand | RecordCommand): command is ServiceCommand {
  return command.kind.startsWith('service.')
}

export async function healthOf(config: ReleasesConfig, instance: Instance): Promise<Health> {
  const place = placeOf(config, instance)
  const { health } = place.service
  if (health !== null) return probe(health, { address: place.address, timeoutMs: config.timing.probeTimeoutMs })
  const { state, note } = await observePlace(place)
  if (state === 'running') return { state: 'unproven', latencyMs: null, note: 'it runs; no health probe is declared' }
  return { state: state === 'unreachable' ? 'unknown' : 'unhealthy', latencyMs: null, note: note ?? `it is ${state}` }
}
