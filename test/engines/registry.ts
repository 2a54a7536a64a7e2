import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { networkOf } from './network.ts'

/** A registry behind a password, on the bridge that the test Engines are on. Engines open it with `flags`. */
export type TestRegistry = {
  readonly address: string
  readonly account: { readonly username: string; readonly password: string }
  readonly flags: readonly string[]
  /** Tags an image of that Engine with its name here, pushes it, and gives `repository@sha256:...`. */
  readonly push: (docker: Docker, image: string, name: string) => Promise<string>
  /** A Docker client's configuration directory whose account has this password. */
  readonly clientConfig: (password: string) => string
  /** Deletes an image, by what `push` gave. */
  readonly forget: (reference: string) => Promise<void>
  /** Loses every layer and still has the manifests: it says that it holds what it cannot give. Gives their return. */
  readonly loseLayers: () => () => void
  readonly close: () => Promise<void>
}

const account = { username: 'deploy', password: 'right-password' }
const hashed = '$2y$05$abcdefghijklmnopqrstuuBO.kmgTJhdt40M5ZyHgFmcpBdUb9aS.'

export async function openRegistry(): Promise<TestRegistry> {
  const network = networkOf(process.pid)
  network.up()
  const address = `${network.subnet}.1:5000`
  const directory = mkdtempSync(join(tmpdir(), 'astern-registry-'))
  const child = spawn('docker-registry', ['serve', configIn(directory, address)], {
    stdio: ['ignore', 'ignore', openSync(join(directory, 'log'), 'a')],
  })
  const ended = once(child, 'exit')
  for (let look = 0; !(await answers(address)); look += 1) {
    if (child.exitCode !== null || look > 200)
      throw new Error(`the registry did not start:\n${readFileSync(join(directory, 'log'), 'utf8').slice(-2000)}`)
    await sleep(50)
  }
  return {
    address,
    account,
    flags: ['--insecure-registry', address],
    push: (docker, image, name) => push(docker, image, address, name),
    clientConfig: password => clientConfig(join(directory, `client-${password}`), address, password),
    forget: reference => forget(reference, address),
    loseLayers: () => loseLayers(join(directory, 'data')),
    close: async () => {
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function configIn(directory: string, address: string): string {
  const file = join(directory, 'config.json')
  writeFileSync(join(directory, 'htpasswd'), `${account.username}:${hashed}\n`)
  const config = {
    version: '0.1',
    storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
    http: { addr: address, secret: 'of-this-test' },
    auth: { htpasswd: { realm: 'test', path: join(directory, 'htpasswd') } },
  }
  writeFileSync(file, JSON.stringify(config))
  return file
}

/** It asks for a password: that is an answer. */
function answers(address: string): Promise<boolean> {
  return fetch(`http://${address}/v2/`).then(
    ({ status }) => status === 401,
    () => false,
  )
}

async function push(docker: Docker, image: string, address: string, name: string): Promise<string> {
  const [repository = '', tag = ''] = name.split(':')
  const repo = `${address}/${repository}`
  await docker.getImage(image).tag({ repo, tag })
  const authconfig = { ...account, serveraddress: address }
  const pushed = await docker.getImage(`${repo}:${tag}`).push({ authconfig })
  let said = ''
  for await (const chunk of pushed) said += String(chunk)
  const { RepoDigests } = await docker.getImage(`${repo}:${tag}`).inspect()
  const digest = RepoDigests.find(candidate => candidate.startsWith(`${repo}@`))
  if (digest === undefined) throw new Error(`the image was not pushed: ${said.slice(-500)}`)
  return digest
}

function clientConfig(directory: string, address: string, password: string): string {
  mkdirSync(directory, { recursive: true })
  const auth = Buffer.from(`${account.username}:${password}`).toString('base64')
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ auths: { [address]: { auth } } }), { mode: 0o600 })
  return directory
}

async function forget(reference: string, address: string): Promise<void> {
  const [repository = '', digest = ''] = reference.replace(`${address}/`, '').split('@')
  const authorization = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`
  const url = `http://${address}/v2/${repository}/manifests/${digest}`
  const { status } = await fetch(url, { method: 'DELETE', headers: { authorization } })
  if (status !== 202) throw new Error(`the registry did not delete ${reference}: ${status}`)
}

function loseLayers(data: string): () => void {
  const layers = readdirSync(data, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('/data'))
    .map(name => join(data, name))
    .filter(file => statSync(file).size > 100_000)
  if (layers.length === 0) throw new Error('the registry has no layers')
  for (const file of layers) renameSync(file, `${file}.lost`)
  return () => {
    for (const file of layers) renameSync(`${file}.lost`, file)
  }
}
