import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestEngine } from './engine.ts'

/** An sshd in an Engine's namespace, as on a remote Docker host, and a client's configuration that knows its key. */
export type TestSshd = {
  readonly config: string
  readonly knownHosts: string
  /** A host key of its own anew, as if another machine answered. */
  readonly changeHostKey: () => Promise<void>
  /** Connections that were let in so far. */
  readonly accepted: () => number
  readonly close: () => Promise<void>
}

export async function openSshd({ namespace, address, socket }: TestEngine): Promise<TestSshd> {
  const directory = mkdtempSync(join(tmpdir(), 'astern-sshd-'))
  const path = (name: string): string => join(directory, name)
  mkdirSync('/run/sshd', { recursive: true })
  keygen(path('client'))
  writeFileSync(path('authorized'), readFileSync(`${path('client')}.pub`))
  writeFileSync(
    path('sshd_config'),
    [
      `ListenAddress ${address}`,
      `HostKey ${path('host')}`,
      `AuthorizedKeysFile ${path('authorized')}`,
      `SetEnv DOCKER_HOST=unix://${socket}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PasswordAuthentication no',
      'LogLevel VERBOSE',
    ].join('\n'),
  )
  writeFileSync(
    path('ssh_config'),
    [
      'Host web-*',
      '  User root',
      `  HostName ${address}`,
      `  HostKeyAlias ${address}`,
      `  IdentityFile ${path('client')}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${path('known_hosts')}`,
      '  StrictHostKeyChecking yes',
    ].join('\n'),
  )
  const log = path('log')
  let daemon = { stop: async (): Promise<void> => {} }
  const start = async (): Promise<void> => {
    rmSync(path('host'), { force: true })
    keygen(path('host'))
    daemon = await startSshd(namespace, address, path('sshd_config'), log)
  }
  await start()
  writeFileSync(path('known_hosts'), `${address} ${readFileSync(`${path('host')}.pub`, 'utf8')}`)
  chmodSync(directory, 0o700)
  return {
    config: path('ssh_config'),
    knownHosts: path('known_hosts'),
    changeHostKey: async () => {
      await daemon.stop()
      await start()
    },
    accepted: () => readFileSync(log, 'utf8').split('Accepted publickey').length - 1,
    close: async () => {
      await daemon.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function keygen(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path])
}

async function startSshd(namespace: string, address: string, config: string, log: string) {
  const child = spawn(
    'nsenter',
    [`--net=/var/run/netns/${namespace}`, '/usr/sbin/sshd', '-D', '-E', log, '-f', config],
    { stdio: 'ignore' },
  )
  const ended = once(child, 'exit')
  while (!(await accepts(address))) {
    if (child.exitCode !== null) throw new Error(`sshd did not start: ${readFileSync(log, 'utf8')}`)
    await sleep(50)
  }
  return {
    stop: async (): Promise<void> => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function accepts(host: string): Promise<boolean> {
  const socket = connect({ host, port: 22 })
  return new Promise(done => {
    socket.on('connect', () => (socket.destroy(), done(true)))
    socket.on('error', () => done(false))
  })
}
