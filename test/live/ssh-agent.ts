import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './support.ts'

export type TestAgent = {
  /** SSH_AUTH_SOCK */
  readonly socket: string
  /** Takes a key with its passphrase, as a person does who loads it before their shift. */
  readonly load: (key: string, passphrase: string) => void
  readonly close: () => void
}

export async function openAgent(): Promise<TestAgent> {
  const directory = mkdtempSync(join(tmpdir(), 'astern-agent-'))
  const socket = join(directory, 'agent')
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  await until(() => existsSync(socket), 'the agent listens')
  return {
    socket,
    load: (key, passphrase) => {
      const asked = join(directory, 'asked')
      writeFileSync(`${asked}.txt`, passphrase, { mode: 0o600 })
      writeFileSync(asked, `#!/bin/sh\ncat ${asked}.txt\n`, { mode: 0o700 })
      const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: asked, SSH_ASKPASS_REQUIRE: 'force' }
      execFileSync('ssh-add', ['-q', key], { stdio: ['ignore', 'ignore', 'ignore'], env })
    },
    close: () => {
      child.kill('SIGTERM')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
