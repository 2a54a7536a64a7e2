import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestEngine } from './engine.ts'

/** An sshd on a test Engine's host; `ssh HOST docker system dial-stdio` reaches that Engine. `ssh behind-a-jump` does, by way of itself. */
export type TestSshd = {
  readonly destination: string
  /** The client's private key and its configuration. */
  readonly files: { readonly key: string; readonly config: string }
  /** Connections the server let in so far, by its own log. */
  readonly accepted: () => number
  /** Channels it opened so far. */
  readonly sessions: () => number
  /** Its processes for the connections there are now, one each. */
  readonly connections: () => readonly number[]
  /** Ends them all, as a crash would. */
  readonly cut: () => void
  /** What the client is to know of the host's key. */
  readonly know: (key: 'own' | 'none' | 'another') => void
  readonly close: () => Promise<void>
}

/**
 * ssh reads its configuration from the account's home and not from $HOME; so an `ssh` that is told another one stands
 * first in the PATH of this process.
 */
export async function openSshd(
  engine: TestEngine,
  port = 22,
  extra: readonly string[] = [],
  passphrase = '',
): Promise<TestSshd> {
  const directory = mkdtempSync(join(tmpdir(), 'astern-sshd-'))
  const file = (name: string): string => join(directory, name)
  for (const name of ['host', 'other', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', name === 'user' ? passphrase : '', '-f', file(name)])
  const know = (key: 'own' | 'none' | 'another'): void => {
    const [type, data] = readFileSync(file(key === 'own' ? 'host.pub' : 'other.pub'), 'utf8').split(' ')
    writeFileSync(
      file('known_hosts'),
      key === 'none' ? '' : `${port === 22 ? engine.address : `[${engine.address}]:${port}`} ${type} ${data}\n`,
    )
  }
  know('own')
  writeFileSync(file('server'), serverConfig(engine, file, [`ListenAddress ${engine.address}:${port}`, ...extra]))
  writeFileSync(file('client'), clientConfig(engine, file))
  const restore = putFirst(file('bin'), file('client'))
  const child = await startSshd(engine, file('server'), port)
  const ended = once(child, 'exit')
  const log = (): string => readFileSync(file('log'), 'utf8')
  const connections = (): readonly number[] => childrenOf(child.pid ?? 0)
  return {
    destination: `root@${engine.address}`,
    files: { key: file('user'), config: file('client') },
    accepted: () => log().split('Accepted publickey').length - 1,
    sessions: () => log().split('Starting session: command').length - 1,
    connections,
    cut: () => connections().forEach(pid => process.kill(pid, 'SIGKILL')),
    know,
    close: async () => {
      restore()
      for (const pid of connections()) process.kill(pid, 'SIGKILL')
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Lines of an sshd that lets one key in, and nobody else. */
export function byKeyAlone(file: (name: string) => string): readonly string[] {
  return [
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('user.pub')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
  ]
}

function serverConfig(engine: TestEngine, file: (name: string) => string, extra: readonly string[]): string {
  return [...byKeyAlone(file), 'LogLevel VERBOSE', `SetEnv DOCKER_HOST=unix://${engine.socket}`, ...extra, ''].join(
    '\n',
  )
}

function clientConfig({ address }: TestEngine, file: (name: string) => string): string {
  return [
    'Host *',
    `IdentityFile ${file('user')}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${file('known_hosts')}`,
    'GlobalKnownHostsFile none',
    'Host behind-a-jump',
    `HostName ${address}`,
    'User root',
    'ProxyJump root@the-jump',
    'Host the-jump',
    `HostName ${address}`,
    '',
  ].join('\n')
}

/** Gives a function that takes it away again. */
function putFirst(bin: string, config: string): () => void {
  mkdirSync(bin)
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${config} "$@"\n`)
  chmodSync(join(bin, 'ssh'), 0o755)
  process.env['PATH'] = `${bin}${delimiter}${process.env['PATH']}`
  return () => {
    process.env['PATH'] = (process.env['PATH'] ?? '')
      .split(delimiter)
      .filter(part => part !== bin)
      .join(delimiter)
  }
}

async function startSshd(engine: TestEngine, config: string, port: number) {
  mkdirSync('/run/sshd', { recursive: true })
  const log = join(config, '..', 'log')
  writeFileSync(log, '')
  const child = spawn(
    'nsenter',
    [`--net=/var/run/netns/${engine.namespace}`, '/usr/sbin/sshd', '-D', '-f', config, '-E', log],
    { stdio: 'ignore' },
  )
  while (!(await listens(engine.address, port))) {
    if (child.exitCode !== null) throw new Error(`sshd did not start:\n${readFileSync(log, 'utf8')}`)
    await sleep(20)
  }
  return child
}

async function listens(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host)
  return once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy())
}

/** The processes sshd made for its connections; root's are not split in two. */
function childrenOf(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number) : []
}
