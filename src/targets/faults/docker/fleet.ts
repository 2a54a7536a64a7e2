import type { Fault } from '../../../state/fault.ts'
import type { Manifest } from '../../../state/manifest.ts'
import type { FaultMeans } from '../means.ts'
import { openFleet, type Fleet } from '../../services/docker/layout.ts'

export type DockerFaultMeans = Pick<FaultMeans, 'now' | 'hide' | 'dockerKeeper'>

/** What the parts of this family share. */
export type Ground = {
  readonly fleet: Fleet
  readonly disks: Readonly<Record<string, string>>
  readonly program: string
}

export function groundOf(
  { environment, hosts, services, timing, drill }: Manifest,
  { now, hide, dockerKeeper }: DockerFaultMeans,
): Ground {
  const config = {
    environment: environment.name,
    hosts,
    services,
    timing,
    now,
    ...(hide === undefined ? {} : { hide }),
  }
  return { fleet: openFleet(config), disks: drill?.disks ?? {}, program: dockerKeeper }
}

/** Why a fault is not put there; nothing was touched. */
export function notHere(what: string, next: string): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { code: 'fault.not-here', what, means: 'Nothing was touched.', next } }
}
