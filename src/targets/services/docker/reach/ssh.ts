import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import type { Endpoint } from '../../../../state/manifest.ts'

export type Master = { readonly channel: () => Duplex; readonly close: () => void }

/** Through the system's own ssh: its configuration, agent, jump hosts and known hosts are honoured. */
export function openMaster(endpoint: Extract<Endpoint, { kind: 'ssh' }>): Master {
  const port = endpoint.port === null ? [] : ['-p', String(endpoint.port)]
  const channel = (): Duplex => {
    const child = spawn(
      'ssh',
      ['-T', '-o', 'BatchMode=yes', ...port, '--', endpoint.destination, 'docker', 'system', 'dial-stdio'],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    )
    const stream = Duplex.from({ writable: child.stdin, readable: child.stdout })
    child.on('error', error => stream.destroy(error))
    stream.on('close', () => child.kill())
    return stream
  }
  return { channel, close: () => {} }
}
