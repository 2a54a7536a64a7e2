import { join } from 'node:path'
import type { Host, ReleaseLayout, ReleasesHost, Service } from '../../../state/manifest.ts'
import type { Timing } from '../../../state/manifest.ts'

export type ReleasesConfig = {
  readonly environment: string
  readonly hosts: Readonly<Record<string, Host>>
  readonly services: Readonly<Record<string, Service>>
  readonly timing: Timing
  /** A secret reference or plain text -> its value. */
  readonly resolve: (value: string) => Promise<string>
  readonly now: () => Date
}

/** Where one service lives on one host. */
export type Place = {
  readonly root: string
  readonly address: string
  readonly service: Service
  readonly release: ReleaseLayout
  readonly name: string
  readonly releases: string
  readonly current: string
  readonly shared: string
  /** Held by the running process, for as long as it lives. */
  readonly runLock: string
  readonly log: string
}

/** Names were checked with the manifest: a missing one is a bug. */
export function placeOf(
  config: ReleasesConfig,
  { service, host }: { readonly service: string; readonly host: string },
): Place {
  const there = hostOf(config, host)
  const what = config.services[service]
  if (what === undefined || what.release === null) throw new Error(`no such place: ${service}@${host}`)
  const base = join(there.root, what.release.path)
  const shared = join(base, 'shared')
  return {
    root: there.root,
    address: there.address,
    service: what,
    release: what.release,
    name: service,
    releases: join(base, 'releases'),
    current: join(base, 'current'),
    shared,
    runLock: join(shared, 'run.lock'),
    log: join(shared, 'service.log'),
  }
}

export function recordPath(config: ReleasesConfig, host: string): string {
  return join(hostOf(config, host).root, '.astern')
}

function hostOf({ hosts }: ReleasesConfig, name: string): ReleasesHost {
  const host = hosts[name]
  if (host?.kind !== 'releases') throw new Error(`no such host of release directories: ${name}`)
  return host
}
