import type { Endpoint, Host } from '../state/manifest.ts'
import type { At, ManifestFault } from './faults.ts'
import type { Written, WrittenHost } from './schema.ts'

/** A host in the core's words. `path` makes a path absolute. */
export function hostOf(written: WrittenHost, path: (value: string) => string): Host {
  if ('releases' in written) return { kind: 'releases', root: path(written.releases), address: written.address }
  if ('context' in written)
    return {
      kind: 'docker',
      endpoint: { kind: 'context', name: written.context },
      address: written.address ?? '127.0.0.1',
    }
  const at = (url: string): { readonly endpoint: Endpoint; readonly address: string } => {
    const endpoint = endpointOf(url, written, path)
    return { endpoint, address: written.address ?? addressOf(endpoint) }
  }
  if (!('swarm' in written)) return { kind: 'docker', ...at(written.docker) }
  const [first, ...others] = managersOf(written.swarm).map(at)
  if (first === undefined) throw new Error('a Swarm without a manager')
  return { kind: 'swarm', ...first, ...(others.length === 0 ? {} : { others }) }
}

function managersOf(swarm: string | readonly string[]): readonly string[] {
  return typeof swarm === 'string' ? [swarm] : swarm
}

export function endpointOf(
  url: string,
  { tls, ssh_config: config }: Pick<Extract<WrittenHost, { docker: string }>, 'tls' | 'ssh_config'>,
  path: (value: string) => string,
): Endpoint {
  if (url.startsWith('unix://')) return { kind: 'unix', path: url.slice('unix://'.length) }
  const [, scheme, rest = ''] = /^(tcp|ssh):\/\/(.+)$/.exec(url) ?? []
  const [, name = rest, port] = /^(.+?)(?::(\d+))?$/.exec(rest) ?? []
  if (scheme === 'ssh') {
    const file = config === undefined ? {} : { config: path(config) }
    return { kind: 'ssh', destination: name, port: port === undefined ? null : Number(port), ...file }
  }
  const files =
    tls === undefined || tls === 'none' ? null : { ca: path(tls.ca), cert: path(tls.cert), key: path(tls.key) }
  return { kind: 'tcp', host: name, port: Number(port), tls: files }
}

function addressOf(endpoint: Endpoint): string {
  if (endpoint.kind === 'tcp') return endpoint.host
  return endpoint.kind === 'ssh' ? endpoint.destination.replace(/^.*@/, '') : '127.0.0.1'
}

/** A port that anybody can give orders to is not opened by leaving something out. */
export function hostFaults({ hosts }: Written, at: At): readonly ManifestFault[] {
  return Object.entries(hosts).flatMap(([name, host]) => {
    if ('releases' in host || 'context' in host) return []
    const [kind, urls] = 'swarm' in host ? ['swarm', managersOf(host.swarm)] : ['docker', [host.docker]]
    const all = (scheme: string): boolean => urls.every(url => url.startsWith(scheme))
    const twice = urls.find((url, index) => urls.indexOf(url) !== index)
    if (twice !== undefined) return [at(['hosts', name, kind], `${twice} is named twice`, 'Name each manager once.')]
    if (host.ssh_config !== undefined && !all('ssh://'))
      return [at(['hosts', name, 'ssh_config'], 'ssh_config is for ssh:// alone', 'Remove it.')]
    if (host.tls === undefined && urls.some(url => url.startsWith('tcp://')))
      return [
        at(
          ['hosts', name, kind],
          'tcp:// without tls: anybody on the way could read and change what is sent',
          'Add tls: { ca: FILE, cert: FILE, key: FILE }, use ssh://, or write tls: none where the network itself is trusted.',
        ),
      ]
    return all('tcp://') || host.tls === undefined
      ? []
      : [
          at(
            ['hosts', name, 'tls'],
            'tls is for tcp:// alone',
            'Remove it; ssh:// and unix:// have their own protection.',
          ),
        ]
  })
}

type Place = 'release' | 'container' | 'swarm'

const places: Readonly<Record<Place, { readonly host: string; readonly service: string; readonly next: string }>> = {
  release: { host: 'holds release directories', service: 'a release directory', next: 'release:' },
  container: { host: 'is a Docker host', service: 'a container', next: 'container: or compose:' },
  swarm: { host: 'is a Swarm', service: 'a service of a Swarm', next: 'swarm:' },
}

/** Each service says where it lives, in the words of the hosts it is on. */
export function placeFaults({ hosts, services }: Written, at: At): readonly ManifestFault[] {
  return Object.entries(services).flatMap(([name, { hosts: on, release, container, compose, swarm }]) => {
    const given = [release, container, compose, swarm].filter(value => value !== undefined).length
    if (given !== 1)
      return [
        at(
          ['services', name],
          given === 0 ? 'does not say what it is on its hosts' : 'says several things about what it is on its hosts',
          'Give it exactly one of container, compose (Docker hosts), swarm (Swarms) and release (hosts of release directories).',
        ),
      ]
    const own: Place = release !== undefined ? 'release' : swarm !== undefined ? 'swarm' : 'container'
    return on.flatMap((host, index) => {
      const there = hosts[host]
      if (there === undefined) return []
      const its: Place = 'releases' in there ? 'release' : 'swarm' in there ? 'swarm' : 'container'
      if (its === own) return []
      return [
        at(
          ['services', name, 'hosts', index],
          `${host} ${places[its].host}, and ${name} is ${places[own].service}`,
          `Give the service ${places[its].next}, or name another host.`,
        ),
      ]
    })
  })
}
