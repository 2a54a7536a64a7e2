import type { InjectFault } from '../../../../state/drill/command.ts'
import type { Manifest } from '../../../../state/manifest.ts'
import { servicesConfig } from '../../../looks.ts'
import { placeOf } from '../../../services/releases/layout.ts'
import { pointedAt } from '../../../services/releases/observe.ts'
import { runningAt } from '../../../services/releases/processes.ts'
import { keptAct } from '../../keeper/act/act.ts'
import type { Task } from '../../keeper/task.ts'
import type { FaultMeans } from '../../means.ts'
import type { FaultAct } from '../../port.ts'
import { releasesFamily, rootOf } from '../look.ts'
import { asideOf } from '../places.ts'
import type { ReleasesFault, ReleasesTask } from '../task.ts'

/** A restart loop whose scenario does not say how fast it turns. */
const everyMs = 10_000

export function releasesFaultAct(manifest: Manifest, means: FaultMeans): FaultAct {
  const family = releasesFamily(manifest, means)
  return keptAct(
    {
      ...family,
      taskOf: async (injected, { run }): Promise<Task> => {
        const { target, inject } = injected
        if (target.kind !== 'service' && target.kind !== 'host') throw new Error('no fault of release directories')
        const [place = ''] = await family.placesOf(injected)
        const { environment, hosts, services, timing } = servicesConfig(manifest, means)
        const service = target.kind === 'service' ? { [target.service]: services[target.service] } : {}
        const config = { environment, hosts: { [target.host]: hosts[target.host] }, services: service, timing }
        return {
          family: 'releases',
          host: target.host,
          root: rootOf(manifest, target),
          config: config as ReleasesTask['config'],
          aside: asideOf(place, run, inject),
          does: await faultOf(manifest, means, injected),
        }
      },
    },
    means,
  )
}

async function faultOf(manifest: Manifest, means: FaultMeans, injected: InjectFault): Promise<ReleasesFault> {
  const { fault, target, settings } = injected
  if (target.kind === 'host') {
    const path = manifest.drill?.disks?.[target.host] ?? ''
    return fault === 'disk_full' ? { kind: 'disk_full', path, home: means.home } : { kind: 'daemon_gone' }
  }
  if (target.kind !== 'service') throw new Error(`no fault of release directories: ${fault}`)
  const place = placeOf(servicesConfig(manifest, means), target)
  const { service } = target
  const { release = '', instead = '' } = settings
  if (fault === 'stop' || fault === 'kill') return { kind: fault, service, ran: (await runningAt(place)) !== null }
  if (fault === 'pause') return { kind: 'pause', service }
  if (fault === 'image_gone') return { kind: 'image_gone', service, release }
  if (fault === 'tag_moved') return { kind: 'tag_moved', service, release, instead }
  if (fault !== 'restart_loop') throw new Error(`no fault of release directories: ${fault}`)
  const turning = (await runningAt(place))?.release ?? (await pointedAt(place))
  return { kind: 'restart_loop', service, release: turning, everyMs: settings.everyMs ?? everyMs }
}
