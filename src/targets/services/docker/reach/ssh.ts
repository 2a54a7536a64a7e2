import { spawn, type ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import type { Endpoint } from '../../../../state/manifest.ts'
import { Channel } from './channel.ts'
import { isKeyKnown } from './host-key.ts'
import { openMaster } from './master.ts'
import { troubleOf } from './ssh-trouble.ts'

type SshEndpoint = Extract<Endpoint, { kind: 'ssh' }>

/** Channels to one host's Engine over one connection. */
export type Ssh = { readonly channel: () => Duplex; readonly close: () => void }

/**
 * Through the system's own ssh: its configuration, agent, jump hosts and known hosts count, and host keys are checked as it
 * checks them. A master that has died is replaced at the next channel.
 */
export function openSsh(endpoint: SshEndpoint): Ssh {
  const options = target(endpoint)
  const master = openMaster(options, async (code, words) => {
    const known = code === 255 ? await isKeyKnown(options) : null
    return troubleOf(endpoint, known === false ? 'unknown key' : code === 255 ? 'refused' : code, words)
  })
  return {
    channel: () =>
      new Channel(
        async () => dial(options, await master.path()),
        async (code, words) => {
          if (code === 255) await master.settled()
          return troubleOf(endpoint, code, words)
        },
      ),
    close: () => master.close(),
  }
}

/** It never asks, opens no forwardings and leaves no banner; the port is said where the manifest says one. */
export function target({ destination, port, config }: SshEndpoint): readonly string[] {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'LogLevel=ERROR',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'RequestTTY=no',
    'ForkAfterAuthentication=no',
  ].flatMap(option => ['-o', option])
  const file = config === undefined ? [] : ['-F', config]
  return [...file, ...options, ...(port === null ? [] : ['-p', String(port)]), '--', destination]
}

/** A connection of its own would be made where the master's is gone; `ProxyCommand=false` makes that one fail. */
function dial(options: readonly string[], path: string): ChildProcess {
  const through = ['-o', 'ControlMaster=no', '-o', `ControlPath=${path}`, '-o', 'ProxyCommand=false']
  return spawn('ssh', ['-T', ...through, ...options, 'docker', 'system', 'dial-stdio'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}
