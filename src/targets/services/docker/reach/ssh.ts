import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Endpoint } from '../../../../state/manifest.ts'
import { SshChannel, type Child } from './ssh-channel.ts'
import { SshFailed } from './ssh-failed.ts'

type SshEndpoint = Extract<Endpoint, { kind: 'ssh' }>

export type Master = { readonly channel: () => Duplex; readonly close: () => void }

/**
 * One connection to a host, and channels over it, through the system's own ssh: its configuration, agent, jump hosts and
 * known hosts are honoured, host keys are checked, and it never asks. `docker system dial-stdio` at the far end is what
 * the Docker client uses too.
 */
export function openMaster(endpoint: SshEndpoint): Master {
  let running: Promise<Connection> | null = null
  const connection = (): Promise<Connection> => {
    running ??= connect(endpoint, () => {
      running = null
    })
    return running
  }
  return {
    channel: () =>
      new SshChannel(
        connection().then(({ path }) => dial(endpoint, path)),
        endpoint.destination,
      ),
    close: () => void running?.then(({ end }) => end()).catch(() => {}),
  }
}

function dial(endpoint: SshEndpoint, path: string): Child {
  const args = [...common(endpoint, path), ...onlyOver, '-T', '--', endpoint.destination]
  return spawn('ssh', [...args, 'docker', 'system', 'dial-stdio'], { stdio: ['pipe', 'pipe', 'pipe'] })
}

/** Were the connection gone, ssh would quietly open one of its own: this one cannot. */
const onlyOver = ['-o', 'ControlMaster=no', '-o', 'ProxyJump=none', '-o', 'ProxyCommand=false']

type Connection = { readonly path: string; readonly end: () => void }

/** Resolves once channels can be opened. The kernel ends the connection with this process, however that ends. */
async function connect(endpoint: SshEndpoint, onEnd: () => void): Promise<Connection> {
  // A socket's path may have about a hundred bytes.
  const directory = await mkdtemp(join(tmpdir(), 'astern-ssh-'))
  const path = join(directory, 'c')
  const options = ['-o', 'ControlMaster=yes', '-o', 'ControlPersist=no', '-o', 'ServerAliveInterval=5']
  const args = [...common(endpoint, path), ...options, '-o', 'ServerAliveCountMax=3', '-N', '-T', '--']
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'ssh', ...args, endpoint.destination], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const words = listen(child)
  const ended = once(child, 'exit').catch(() => [])
  void ended.then(() => {
    onEnd()
    return rm(directory, { recursive: true, force: true })
  })
  while (!existsSync(path)) {
    const first = await Promise.race([ended, sleep(20, 'not yet' as const, { ref: false })])
    if (first !== 'not yet') throw new SshFailed(endpoint.destination, child.exitCode, words())
  }
  child.unref()
  ;(child.stderr as unknown as { unref: () => void } | null)?.unref()
  return { path, end: () => void child.kill() }
}

function common({ port, config }: SshEndpoint, path: string): readonly string[] {
  return [
    ...(config === null ? [] : ['-F', config]),
    ...(port === null ? [] : ['-p', String(port)]),
    '-o',
    'BatchMode=yes',
    '-o',
    'ConnectTimeout=10',
    '-o',
    `ControlPath=${path}`,
  ]
}

function listen(child: ChildProcess): () => string {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said = `${said}${chunk}`.slice(-2000)
  })
  return () => said
}
