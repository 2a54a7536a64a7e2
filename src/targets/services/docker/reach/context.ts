import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Endpoint } from '../../../../state/manifest.ts'

/**
 * What the Docker client's context of this name leads to. Where contexts lie, and that their directory is named by the
 * sha256 of the name, is as the client's own store has it (docker/cli, cli/context/store).
 */
export async function contextEndpoint(name: string): Promise<Endpoint> {
  if (name === 'default') return fromUrl(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock', null)
  const home = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker')
  const id = createHash('sha256').update(name).digest('hex')
  const text = await readFile(join(home, 'contexts', 'meta', id, 'meta.json'), 'utf8')
  const { Endpoints } = JSON.parse(text) as { readonly Endpoints?: { readonly docker?: { readonly Host?: string } } }
  return fromUrl(Endpoints?.docker?.Host ?? '', join(home, 'contexts', 'tls', id, 'docker'))
}

function fromUrl(url: string, tls: string | null): Endpoint {
  if (url.startsWith('unix://')) return { kind: 'unix', path: url.slice('unix://'.length) }
  const [, scheme, name = '', port] = /^(tcp|ssh):\/\/([^/:]+)(?::(\d+))?\/?$/.exec(url) ?? []
  if (scheme === 'ssh')
    return { kind: 'ssh', destination: name, port: port === undefined ? null : Number(port), config: null }
  if (scheme !== 'tcp') throw new TypeError(`a Docker host is written unix://, tcp:// or ssh://, and this is ${url}`)
  const files =
    tls === null ? null : { ca: join(tls, 'ca.pem'), cert: join(tls, 'cert.pem'), key: join(tls, 'key.pem') }
  return { kind: 'tcp', host: name, port: Number(port ?? 2376), tls: files }
}
