import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { credentialsFor } from '../../../src/targets/services/docker/registry/credentials.ts'

const before = { config: process.env['DOCKER_CONFIG'], path: process.env['PATH'] }
let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'astern-client-'))
  mkdirSync(join(home, 'bin'))
  process.env['DOCKER_CONFIG'] = home
  process.env['PATH'] = `${join(home, 'bin')}:${before.path}`
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
  if (before.config === undefined) delete process.env['DOCKER_CONFIG']
  else process.env['DOCKER_CONFIG'] = before.config
  process.env['PATH'] = before.path
})

describe('the account for a registry', () => {
  test('is what the file of the Docker client holds, however the registry is written there', async () => {
    client({ auths: { 'https://reg.example:5000/v2/': { auth: base64('deploy:pass:word') } } })
    expect(await credentialsFor('reg.example:5000')).toEqual({ account: account('deploy', 'pass:word'), note: '' })
    expect(await credentialsFor('other.example')).toEqual({
      account: null,
      note: `${join(home, 'config.json')} has no account for other.example`,
    })
  })

  test('of Docker Hub stands under its old address', async () => {
    client({ auths: { 'https://index.docker.io/v1/': { auth: base64('ana:hub') } } })
    expect((await credentialsFor('docker.io')).account).toMatchObject({ username: 'ana', password: 'hub' })
  })

  test('comes from the registry’s own helper before the common store, asked over stdin and by nothing in its arguments', async () => {
    client({ credsStore: 'common', credHelpers: { 'reg.example:5000': 'own' }, auths: {} })
    helper('own', '{"ServerURL":"reg.example:5000","Username":"deploy","Secret":"from-helper"}')
    helper('common', '{"Username":"nobody","Secret":"of-the-store"}')
    expect((await credentialsFor('reg.example:5000')).account).toEqual(account('deploy', 'from-helper'))
    expect(readFileSync(join(home, 'own.said'), 'utf8')).toBe('get\nreg.example:5000')
    expect((await credentialsFor('elsewhere')).account).toMatchObject({ username: 'nobody' })
  })

  test('may be a token', async () => {
    client({ credsStore: 'common' })
    helper('common', '{"Username":"<token>","Secret":"a-token"}')
    expect((await credentialsFor('reg')).account).toEqual({ identitytoken: 'a-token', serveraddress: 'reg' })
  })

  test.each([
    ['is not installed', { credsStore: 'none' }, 'docker-credential-none cannot be run'],
    ['knows none', { credsStore: 'empty' }, 'docker-credential-empty has no account for reg'],
    ['has a name that is none', { credsStore: '../../bin/sh' }, 'has no usable name'],
  ])('is none where the helper %s, and it says so', async (_, config, note) => {
    client(config)
    helper('empty', 'credentials not found', 1)
    expect(await credentialsFor('reg')).toEqual({ account: null, note: expect.stringContaining(note) })
  })
})

function client(config: object): void {
  writeFileSync(join(home, 'config.json'), JSON.stringify(config))
}

/** Answers this, and keeps what it was asked. */
function helper(name: string, answer: string, code = 0): void {
  const file = join(home, 'bin', `docker-credential-${name}`)
  const script = `#!/bin/sh\n{ echo "$@"; cat; } > '${join(home, `${name}.said`)}'\necho '${answer}'\nexit ${code}\n`
  writeFileSync(file, script)
  chmodSync(file, 0o755)
}

function account(username: string, password: string, serveraddress = 'reg.example:5000') {
  return { username, password, serveraddress }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
