import type { Inspected } from './find.ts'

/** What a container holds that another of its kind could not hold at the same time, in words. */
export function exclusiveOf({ Config, HostConfig, Mounts, NetworkSettings }: Inspected): readonly string[] {
  const { PortBindings, NetworkMode = '', AutoRemove, Devices } = HostConfig
  const ports = Object.values((PortBindings ?? {}) as Record<string, readonly { readonly HostPort?: string }[] | null>)
    .flatMap(bindings => bindings ?? [])
    .flatMap(({ HostPort = '' }) => (HostPort === '' || HostPort === '0' ? [] : [`port ${HostPort}`]))
  const { MacAddress = '' } = Config as { readonly MacAddress?: string }
  const addresses = Object.values(NetworkSettings.Networks).flatMap(({ IPAMConfig }) => {
    const { IPv4Address = '', IPv6Address = '' } = (IPAMConfig ?? {}) as { IPv4Address?: string; IPv6Address?: string }
    return [IPv4Address, IPv6Address]
  })
  const places = Mounts.flatMap(({ Type, RW, Destination }) =>
    RW && (Type === 'volume' || Type === 'bind') ? [`what it writes on ${Destination}`] : [],
  )
  const shared = NetworkMode === 'host' || NetworkMode.startsWith('container:') ? [`its network (${NetworkMode})`] : []
  const devices = (Devices ?? []).length === 0 ? [] : ['its devices']
  return [
    ...ports,
    ...[...addresses, MacAddress].flatMap(address => (address === '' ? [] : [`address ${address}`])),
    ...places,
    ...shared,
    ...devices,
    ...(AutoRemove === true ? ['its place (--rm)'] : []),
  ]
}
