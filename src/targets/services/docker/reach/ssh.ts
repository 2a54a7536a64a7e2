import { execFile, spawn, type ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import type { Endpoint } from '../../../../state/manifest.ts'
import { Channel } from './channel.ts'
import type { RunThere } from './free.ts'
import { isKeyKnown } from './host-key.ts'
import { openMaster } from './master.ts'
import { troubleOf } from './ssh-trouble.ts'

type SshEndpoint = Extract<Endpoint, { kind: 'ssh' }>

/** Channels to one host's Engine over one connection. */
export type Ssh = { readonly channel: () => Duplex; readonly run: RunThere; readonly close: () => void }

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
    run: async argv => ran(through(options, await master.path(), argv)),
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

function dial(options: readonly string[], path: string): ChildProcess {
  return spawn('ssh', through(options, path, ['docker', 'system', 'dial-stdio']), { stdio: ['pipe', 'pipe', 'pipe'] })
}

/** A connection of its own would be made where the master's is gone; `ProxyCommand=false` makes that one fail. */
function through(options: readonly string[], path: string, argv: readonly string[]): string[] {
  const master = ['-o', 'ControlMaster=no', '-o', `ControlPath=${path}`, '-o', 'ProxyCommand=false']
  return ['-T', ...master, ...options, ...argv]
}

/** What only looks ends soon, or is not waited for. */
const runMs = 10_000

function ran(argv: readonly string[]): ReturnType<RunThere> {
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; output: string }>()
  const child = execFile('ssh', argv, { timeout: runMs, killSignal: 'SIGKILL', maxBuffer: 65_536 }, (_, output) =>
    resolve({ code: child.exitCode, output }),
  )
  child.stdin?.end()
  return promise
}
