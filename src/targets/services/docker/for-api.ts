import type { ContainerCreateOptions, EndpointSettings } from 'dockerode'

type Body = ContainerCreateOptions & { readonly MacAddress?: string }

/**
 * The same container as its Engine's API wants it told. `version`: what is spoken with it, `v1.44`. An address of the network
 * card is the container's before 1.44, and since then that of its endpoint: the old field is deprecated, and gone in 1.52
 * (docs.docker.com/reference/api/engine/version-history).
 */
export function forApi(body: ContainerCreateOptions, version: string): ContainerCreateOptions {
  const { MacAddress = '', ...rest } = body as Body
  const mode = body.HostConfig?.NetworkMode ?? 'default'
  if (MacAddress === '' || !isSince(version, 44) || !hasOwnCard(mode)) return body
  const endpoints = body.NetworkingConfig?.EndpointsConfig ?? {}
  const own = { ...endpoints[mode], MacAddress } as EndpointSettings
  return { ...rest, NetworkingConfig: { ...body.NetworkingConfig, EndpointsConfig: { ...endpoints, [mode]: own } } }
}

function isSince(version: string, minor: number): boolean {
  const [, major = 0, its = 0] = (/^v?(\d+)\.(\d+)$/.exec(version) ?? []).map(Number)
  return major > 1 || (major === 1 && its >= minor)
}

function hasOwnCard(mode: string): boolean {
  return mode !== 'host' && mode !== 'none' && !mode.startsWith('container:')
}
