import type { TlsFiles } from '../state/manifest.ts'
import { clientTls, contextEndpoint } from '../targets/services/docker/reach/context.ts'
import type { Flags } from './flags.ts'

/** A Docker host or a Swarm of the command line, as the manifest has it. */
export type InitHost = {
  readonly name: string
  readonly written:
    | { readonly docker: string; readonly tls?: 'none' | TlsFiles }
    | { readonly swarm: string | string[]; readonly tls?: 'none' | TlsFiles }
    | { readonly context: string; readonly address?: string }
}

const name = '[A-Za-z0-9][\\w.-]*'

/** Those named by `--docker`, `--swarm` and `--context`; without any, the one that the Docker client would take. */
export async function initHosts({
  docker = [],
  swarm = [],
  context = [],
}: Flags): Promise<readonly InitHost[] | string> {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: chosen } = process.env
  const none = docker.length + swarm.length + context.length === 0
  const contexts = none && host === undefined && chosen !== undefined ? [chosen] : context
  const urls = none && contexts.length === 0 ? [host ?? 'unix:///var/run/docker.sock'] : docker
  const hosts = [...urls.map(urlHost), ...swarm.map(swarmHost), ...(await Promise.all(contexts.map(contextHost)))]
  const wrong = hosts.find(one => typeof one === 'string')
  if (wrong !== undefined) return wrong
  const known = hosts.filter(one => typeof one !== 'string')
  const twice = known.find((one, index) => known.findIndex(other => other.name === one.name) !== index)
  return twice === undefined
    ? known
    : `two hosts are called ${twice.name}: name them, as in --docker web-1=URL or --swarm shop=URL`
}

function urlHost(text: string, index: number): InitHost | string {
  const [, given, url] = new RegExp(`^(?:(${name})=)?(${reachable})$`).exec(text) ?? []
  if (url === undefined)
    return `--docker ${text} is not [NAME=]unix:///PATH, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT]`
  const { whole, tls } = reached(url)
  return { name: given ?? called('host', index), written: { docker: whole, ...tls } }
}

/** Several managers of one Swarm stand in one, by commas. */
function swarmHost(text: string, index: number): InitHost | string {
  const [, given, urls = ''] = new RegExp(`^(?:(${name})=)?(.+)$`).exec(text) ?? []
  const all = urls.split(',')
  if (all.some(url => !new RegExp(`^${reachable}$`).test(url)))
    return `--swarm ${text} is not [NAME=]URL[,URL...], each unix:///PATH, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT] of a manager`
  const managers = all.map(reached)
  const [first] = managers
  const wholes = managers.map(({ whole }) => whole)
  const tls = managers.find(one => 'tls' in one.tls)?.tls ?? {}
  return {
    name: given ?? called('swarm', index),
    written: { swarm: wholes.length === 1 ? (first?.whole ?? '') : wholes, ...tls },
  }
}

const reachable = '(?:unix|tcp|ssh)://.+'

function called(kind: string, index: number): string {
  return index === 0 ? kind : `${kind}-${index + 1}`
}

/** With its port and the client's TLS files, as the Docker client has them. */
function reached(url: string): { readonly whole: string; readonly tls: { readonly tls?: 'none' | TlsFiles } } {
  if (!url.startsWith('tcp://')) return { whole: url, tls: {} }
  const tls = clientTls()
  const bare = url.replace(/\/$/, '')
  return {
    whole: /:\d+$/.test(bare) ? bare : `${bare}:${tls === null ? 2375 : 2376}`,
    tls: { tls: tls ?? 'none' },
  }
}

/** Where `{host}` leads is not in a context's name, so it is written beside it. One that cannot be read tells so when it is used. */
async function contextHost(text: string): Promise<InitHost | string> {
  const [, given, context] = new RegExp(`^(?:(${name})=)?(${name})$`).exec(text) ?? []
  if (context === undefined) return `--context ${text} is not [NAME=]CONTEXT; look with: docker context ls`
  const way = await contextEndpoint(context).catch(() => null)
  const address = way?.kind === 'tcp' ? way.host : way?.kind === 'ssh' ? way.destination.replace(/^.*@/, '') : undefined
  return { name: given ?? context, written: { context, ...(address === undefined ? {} : { address }) } }
}
