import type { ConfigSeen } from '../../../state/facts.ts'
import type { ConfigKey } from './config-key.ts'
import type { Inspected } from './find.ts'

/** What people set of a container, to be compared later. Values of the environment are hashed and leave the host in no other form. */
export function configSeen(container: Inspected, imageEnv: readonly string[], key: ConfigKey): ConfigSeen {
  const { Config, HostConfig, Mounts, NetworkSettings } = container
  const own = (Config.Env ?? []).filter(entry => !imageEnv.includes(entry))
  return {
    key: key.id,
    env: Object.fromEntries(
      own.map(entry => [nameOf(entry), key.hash(entry)]).sort(([a = ''], [b = '']) => compare(a, b)),
    ),
    mounts: (Mounts ?? []).map(mountInWords).sort(compare),
    ports: Object.entries((HostConfig.PortBindings ?? {}) as Bindings)
      .flatMap(([port, bindings]) =>
        (bindings ?? []).map(
          ({ HostIp = '', HostPort = '' }) => `${HostIp === '' ? '' : `${HostIp}:`}${HostPort}->${port}`,
        ),
      )
      .sort(compare),
    networks: Object.keys(NetworkSettings.Networks ?? {}).sort(compare),
  }
}

type Bindings = Readonly<Record<string, readonly { readonly HostIp?: string; readonly HostPort?: string }[] | null>>

function nameOf(entry: string): string {
  return entry.split('=')[0] ?? ''
}

/** A volume that nobody named gets another name with each container that Compose makes. */
function mountInWords({ Type, Name, Source, Destination, RW }: Inspected['Mounts'][number]): string {
  const anonymous = Type === 'volume' && /^[0-9a-f]{64}$/.test(Name ?? '')
  const from = anonymous ? 'a volume without a name' : Type === 'volume' ? (Name ?? '') : Source
  return `${from} on ${Destination}${RW ? '' : ', read-only'}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
