import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { freePort } from '../../src/targets/rooms/free-port.ts'
import { byKeyAlone } from '../engines/ssh.ts'
import { until } from './support.ts'

/** Where no sshd can be started the tests that need one are left out, loudly; in CI that is a failure. */
export function describeWithSshd(name: string, tests: () => void): void {
  const isThere = existsSync('/usr/sbin/sshd')
  if (isThere && process.getuid?.() === 0) return void describe(name, tests)
  const why = isThere ? 'this is not root' : 'sshd is not installed'
  if (process.env['CI'] === 'true') throw new Error(`${name}: no sshd can be started here: ${why}`)
  process.stderr.write(`\nLEFT OUT, because ${why}: ${name}\n`)
  describe.skip(name, tests)
}

/** An sshd on this machine's loopback, and what `ssh` is told so that it comes in. */
export type Bastion = {
  /** Of `ssh`, up to the command. */
  readonly args: readonly string[]
  readonly close: () => Promise<void>
}

export async function openBastion(): Promise<Bastion> {
  const directory = mkdtempSync(join(tmpdir(), 'astern-bastion-'))
  const file = (name: string): string => join(directory, name)
  for (const name of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)])
  const port = await freePort()
  const server = [`ListenAddress 127.0.0.1:${port}`, ...byKeyAlone(file)]
  writeFileSync(file('server'), `${server.join('\n')}\n`)
  const [type, data] = readFileSync(file('host.pub'), 'utf8').split(' ')
  writeFileSync(file('known_hosts'), `[127.0.0.1]:${port} ${type} ${data}\n`)
  writeFileSync(file('client'), '')
  mkdirSync('/run/sshd', { recursive: true })
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', file('server'), '-E', file('log')], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  let listening = false
  const knock = setInterval(() => void listens(port).then(is => (listening ||= is)), 50)
  await until(() => listening, 'sshd listens').finally(() => clearInterval(knock))
  const options = [`IdentityFile=${file('user')}`, 'IdentitiesOnly=yes', `UserKnownHostsFile=${file('known_hosts')}`]
  return {
    args: ['-F', file('client'), ...options.flatMap(one => ['-o', one]), '-p', String(port), 'root@127.0.0.1'],
    close: async () => {
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy())
}
