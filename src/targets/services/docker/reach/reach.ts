import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Agent, type AgentOptions } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { inspect } from 'node:util'
import type { Endpoint, TlsFiles } from '../../../../state/manifest.ts'
import { contextEndpoint, type Way } from './context.ts'
import type { RunThere } from './free.ts'
import { openSsh } from './ssh.ts'
import { Trouble } from './trouble.ts'

/** A way to one Engine, as dockerode takes it. */
export type Reach = {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly agent: Agent | SecureAgent
  /** Where a program can be run on the host itself. */
  readonly run?: RunThere
  readonly close: () => void
}

/** Few connections per host, kept: a handshake over ssh costs more than what is asked over it. */
const kept: AgentOptions = { keepAlive: true, maxSockets: 6, maxFreeSockets: 4 }

export async function wayTo(endpoint: Endpoint): Promise<Way> {
  return endpoint.kind === 'context' ? contextEndpoint(endpoint.name) : endpoint
}

/** Opens no connection yet. Throws what the system says: a certificate that cannot be read, a context that is not there. */
export async function reach(endpoint: Endpoint): Promise<Reach> {
  const way = await wayTo(endpoint)
  switch (way.kind) {
    case 'unix':
      return over(new SocketAgent(() => connect(way.path), kept))
    case 'tcp':
      return way.tls === null
        ? { ...over(new Agent(kept)), host: way.host, port: way.port }
        : secure(way.host, way.port, way.tls)
    case 'ssh': {
      const ssh = openSsh(way)
      return { ...over(new SocketAgent(() => ssh.channel(), kept), () => ssh.close()), run: ssh.run }
    }
  }
}

/** After a call that was not answered: a connection made before it may be as dead as that one's. */
export function dropIdle({ agent }: Reach): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}

/** An agent whose connections are made elsewhere. */
class SocketAgent extends Agent {
  readonly #open: () => Duplex
  constructor(open: () => Duplex, options: AgentOptions) {
    super(options)
    this.#open = open
  }
  override createConnection(): Duplex {
    return this.#open()
  }
}

function over(agent: Agent, end: () => void = () => {}): Reach {
  return { protocol: 'http', host: 'docker', port: 80, agent: unprinted(agent), close: () => (agent.destroy(), end()) }
}

async function secure(host: string, port: number, files: Partial<TlsFiles>): Promise<Reach> {
  const [ca, cert, key] = await Promise.all([read(files.ca), read(files.cert), read(files.key)])
  refuseExpired(files.cert, cert)
  const agent = new SecureAgent({ ...kept, ca, cert, key, rejectUnauthorized: true, minVersion: 'TLSv1.2' })
  return { protocol: 'https', host, port, agent: unprinted(agent), close: () => agent.destroy() }
}

/**
 * docker-modem 5 prints every request's options whole, agent and sockets with all that hangs on them, whether anybody
 * reads it or not: half of an engine's time.
 */
function unprinted<A extends Agent>(agent: A): A {
  return Object.defineProperty(agent, inspect.custom, { value: () => 'Agent' })
}

/** An Engine says no more than that it does not accept it. One that is no certificate is TLS's to tell. */
function refuseExpired(path: string | undefined, cert: Buffer | undefined): void {
  if (cert === undefined || !cert.includes('-----BEGIN CERTIFICATE-----')) return
  const { validTo } = new X509Certificate(cert)
  if (Date.parse(validTo) < Date.now())
    throw new Trouble(
      `the client certificate ${path} has expired on ${validTo}`,
      'Put a new one in its place; then retry.',
    )
}

async function read(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined
  return readFile(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`
    throw new Trouble(`${path} ${why}`, 'Put it there, readable by this account, or correct astern.yaml.')
  })
}
