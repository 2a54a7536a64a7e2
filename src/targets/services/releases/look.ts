import type { RecordCommand, ServiceCommand } from '../../../state/command.ts'
import type { Instance, Probed } from '../../../state/facts.ts'
import { probeHealth } from '../../probes/probe.ts'
import type { Health, ServiceLook } from '../port.ts'
import { placeOf, recordPath, type ReleasesConfig } from './layout.ts'
import { errorsOf, filesOf, observePlace, pointedAt, releasesAt } from './observe.ts'
import { probeRecord, readRecord } from './record.ts'

/** Release directories and supervised processes, seen and not touched. */
export function releasesLook(config: ReleasesConfig): ServiceLook {
  return {
    observe: instance => observePlace(placeOf(config, instance)),
    releases: instance => releasesAt(placeOf(config, instance)),
    files: (instance, release, path) => filesOf(placeOf(config, instance), release, path),
    errors: (instance, lines) => errorsOf(placeOf(config, instance), lines),
    health: instance => healthOf(config, instance),
    record: host => readRecord(recordPath(config, host), host),
    probe: (command, context) => {
      if (isService(command)) return probeService(config, command)
      return probeRecord(recordPath(config, command.host), command, context)
    },
  }
}

export function isService(command: ServiceCommand | RecordCommand): command is ServiceCommand {
  return command.kind.startsWith('service.')
}

export async function healthOf(config: ReleasesConfig, instance: Instance): Promise<Health> {
  const place = placeOf(config, instance)
  const { health } = place.service
  if (health !== null) return probeHealth(health, { address: place.address, timeoutMs: config.timing.probeTimeoutMs })
  const { state, note } = await observePlace(place)
  if (state === 'running') return { state: 'unproven', latencyMs: null, note: 'it runs; no health probe is declared' }
  return { state: 'unhealthy', latencyMs: null, note: note ?? state }
}

async function probeService(config: ReleasesConfig, command: ServiceCommand): Promise<Probed> {
  const place = placeOf(config, command)
  const seen = await observePlace(place)
  const observed = {
    state: seen.state,
    release: seen.release,
    digest: seen.digest,
    pointed: seen.pointed,
    pid: seen.pid,
  }
  const runs =
    seen.state === 'running' ? `runs ${seen.release ?? 'an unknown release'} as process ${seen.pid}` : seen.state
  if (seen.state === 'unreachable') return { verdict: 'unclear', observed, says: seen.note ?? 'unreachable' }
  switch (command.kind) {
    case 'service.stop':
      return { verdict: seen.state === 'running' ? 'not yet' : 'holds', observed, says: runs }
    case 'service.point': {
      const pointed = await pointedAt(place)
      return {
        verdict: pointed === command.release ? 'holds' : 'not yet',
        observed,
        says: `current points at ${pointed ?? 'nothing'}`,
      }
    }
    case 'service.start': {
      const right = seen.state === 'running' && seen.release === command.release && seen.digest === command.digest
      return { verdict: right ? 'holds' : 'not yet', observed, says: runs }
    }
  }
}
