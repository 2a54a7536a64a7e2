import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Endpoint, TlsFiles } from '../../../../state/manifest.ts'
import { oneLine } from '../../../../state/text.ts'
import { Trouble } from './trouble.ts'

/** An endpoint that leads somewhere. A context may hold some of the files only: docker then goes without the others. */
export type Way =
  | Exclude<Endpoint, { kind: 'context' | 'tcp' }>
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: Partial<TlsFiles> | null }

const correct = 'Look with: docker context ls. Correct the context or its name in astern.yaml.'

/**
 * What the Docker client's context of this name leads to. Where contexts lie, and that their directory is named by the
 * sha256 of the name, is as the client's own store has it (docker/cli, cli/context/store).
 */
export async function contextEndpoint(name: string): Promise<Way> {
  if (name === 'default') return fromUrl(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock', clientTls())
  const home = clientHome()
  const id = createHash('sha256').update(name).digest('hex')
  const text = await readFile(join(home, 'contexts', 'meta', id, 'meta.json'), 'utf8').catch(() => {
    throw new Trouble(`there is no Docker context ${name} for this account (below ${home})`, correct)
  })
  return fromUrl(hostIn(text, name), await tlsIn(join(home, 'contexts', 'tls', id, 'docker')))
}

/** The files that the Docker client takes for a tcp:// host out of its environment. Null: it goes without TLS. */
export function clientTls(): TlsFiles | null {
  if ((process.env['DOCKER_TLS_VERIFY'] ?? '') === '') return null
  const directory = process.env['DOCKER_CERT_PATH'] ?? clientHome()
  const [ca, cert, key] = ['ca', 'cert', 'key'].map(part => join(directory, `${part}.pem`)) as [string, string, string]
  return { ca, cert, key }
}

function clientHome(): string {
  return process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker')
}

function hostIn(meta: string, name: string): string {
  try {
    const { Endpoints } = JSON.parse(meta) as { readonly Endpoints?: { readonly docker?: { readonly Host?: string } } }
    return Endpoints?.docker?.Host ?? ''
  } catch {
    throw new Trouble(`the Docker context ${name} cannot be read: its meta.json is damaged`, correct)
  }
}

/** A context may be without, or with the authority's certificate alone. */
async function tlsIn(directory: string): Promise<Partial<TlsFiles> | null> {
  const files: readonly string[] = await readdir(directory).catch(() => [])
  if (files.length === 0) return null
  const found = (['ca', 'cert', 'key'] as const).filter(part => files.includes(`${part}.pem`))
  return Object.fromEntries(found.map(part => [part, join(directory, `${part}.pem`)]))
}

function fromUrl(url: string, tls: Partial<TlsFiles> | null): Way {
  if (url.startsWith('unix://')) return { kind: 'unix', path: url.slice('unix://'.length) }
  const [, scheme, name = '', port] = /^(tcp|ssh):\/\/([^/:-][^/:]*)(?::(\d+))?\/?$/.exec(url) ?? []
  if (scheme === 'ssh') return { kind: 'ssh', destination: name, port: port === undefined ? null : Number(port) }
  if (scheme !== 'tcp')
    throw new Trouble(`a Docker host is written unix://, tcp:// or ssh://, and this is ${oneLine(url, 80)}`, correct)
  return { kind: 'tcp', host: name, port: Number(port ?? (tls === null ? 2375 : 2376)), tls }
}
