import { readFile } from 'node:fs/promises'
import { Agent, type AgentOptions } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Endpoint, TlsFiles } from '../../../../state/manifest.ts'
import { contextEndpoint } from './context.ts'
import { openMaster } from './ssh.ts'

/** A way to one Engine, as dockerode takes it. */
export type Reach = {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly agent: Agent | SecureAgent
  readonly close: () => void
}

/** Few connections per host, kept: a handshake over ssh costs more than what is asked over it. */
const kept: AgentOptions = { keepAlive: true, maxSockets: 6, maxFreeSockets: 4 }

/** Opens no connection yet. Throws what the system says: a certificate that cannot be read, a context that is not there. */
export async function reach(endpoint: Endpoint): Promise<Reach> {
  switch (endpoint.kind) {
    case 'unix':
      return over(new SocketAgent(() => connect(endpoint.path), kept))
    case 'tcp':
      return endpoint.tls === null
        ? { ...over(new Agent(kept)), host: endpoint.host, port: endpoint.port }
        : secure(endpoint.host, endpoint.port, endpoint.tls)
    case 'ssh': {
      const master = openMaster(endpoint)
      return over(new SocketAgent(() => master.channel(), kept), () => master.close())
    }
    case 'context':
      return reach(await contextEndpoint(endpoint.name))
  }
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
  return { protocol: 'http', host: 'docker', port: 80, agent, close: () => (agent.destroy(), end()) }
}

async function secure(host: string, port: number, files: TlsFiles): Promise<Reach> {
  const [ca, cert, key] = await Promise.all([readFile(files.ca), readFile(files.cert), readFile(files.key)])
  const agent = new SecureAgent({ ...kept, ca, cert, key, rejectUnauthorized: true, minVersion: 'TLSv1.2' })
  return { protocol: 'https', host, port, agent, close: () => agent.destroy() }
}
