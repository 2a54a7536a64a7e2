import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'
import type { Manifest } from '../../src/state/manifest.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { makeCertificates, type Certificates } from '../engines/tls.ts'
import { cli, finished, type Ran } from './support.ts'

const tests = (): void => {
  let certificates: Certificates
  let engine: TestEngine
  let directory: string
  let client: Readonly<Record<'ca' | 'cert' | 'key', string>>
  beforeAll(async () => {
    certificates = makeCertificates()
    engine = await openEngine(certificates.flags)
    directory = mkdtempSync(join(tmpdir(), 'astern-init-hosts-'))
    await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    await (await engine.docker.createContainer({ name: 'shop-api-1', Image: 'shop/api:1.2.2' })).start()
    const its = join(directory, 'certificates')
    mkdirSync(its)
    client = { ca: join(its, 'ca.pem'), cert: join(its, 'cert.pem'), key: join(its, 'key.pem') }
    for (const part of ['ca', 'cert', 'key'] as const) copyFileSync(certificates.client[part], client[part])
  })
  afterAll(async () => {
    await engine?.close()
    certificates?.remove()
    rmSync(directory, { recursive: true, force: true })
  })

  test.each([
    ['--docker', (): readonly string[] => ['--docker', `web-1=tcp://${engine.address}`], {}],
    ['DOCKER_HOST', (): readonly string[] => [], { DOCKER_HOST: 'here' }],
  ])('reaches a tcp:// host of %s with the files of DOCKER_CERT_PATH, and writes them down', async (_, args, more) => {
    const DOCKER_HOST = 'DOCKER_HOST' in more ? { DOCKER_HOST: `tcp://${engine.address}:2376` } : {}
    const env = { ...DOCKER_HOST, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(directory, 'certificates') }
    const { hosts, services } = await written(args(), env)
    expect(Object.values(hosts).map(host => host.kind === 'docker' && host.endpoint)).toEqual([
      { kind: 'tcp', host: engine.address, port: 2376, tls: client },
    ])
    expect(Object.keys(services)).toEqual(['shop-api-1'])
  })

  test('without DOCKER_TLS_VERIFY goes without TLS, and the host says that it wants it', async () => {
    const ran = await init(['--docker', `tcp://${engine.address}:2376`], {})
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('an HTTPS server')])
  })

  test.each(['--context', 'DOCKER_CONTEXT'])('takes a context of the Docker client from %s by its name', async how => {
    const DOCKER_CONFIG = join(directory, `client-${how}`)
    const { ca, cert, key } = client
    const docker = `host=tcp://${engine.address}:2376,ca=${ca},cert=${cert},key=${key}`
    execFileSync('docker', ['context', 'create', 'shop-eu', '--docker', docker], {
      env: { ...process.env, DOCKER_CONFIG },
      stdio: 'pipe',
    })
    const given = how === '--context' ? ['--context', 'shop-eu'] : []
    const env = how === '--context' ? {} : { DOCKER_CONTEXT: 'shop-eu' }
    const { hosts, services } = await written(given, { DOCKER_CONFIG, ...env })
    expect(hosts).toEqual({
      'shop-eu': { kind: 'docker', endpoint: { kind: 'context', name: 'shop-eu' }, address: engine.address },
    })
    expect(Object.keys(services)).toEqual(['shop-api-1'])
  })

  test('takes the default context with the files of DOCKER_CERT_PATH, which are read again each time it is used', async () => {
    const tls = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(directory, 'certificates') }
    const { hosts, services } = await written(['--context', 'web-1=default'], {
      DOCKER_HOST: `tcp://${engine.address}`,
      ...tls,
    })
    expect(hosts).toEqual({
      'web-1': { kind: 'docker', endpoint: { kind: 'context', name: 'default' }, address: engine.address },
    })
    expect(Object.keys(services)).toEqual(['shop-api-1'])
  })

  test('says which context is not there, and which host is named twice', async () => {
    const unknown = await init(['--context', 'shop-us'], { DOCKER_CONFIG: directory })
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('there is no Docker context shop-us')])
    const twice = await init(['--docker', 'eu=unix:///a', '--context', 'eu=shop-eu'], {})
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('two hosts are called eu')])
  })

  async function written(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Manifest> {
    const made = await init(args, env)
    if (made.code !== 0) throw new Error(made.stderr)
    const file = join(directory, 'astern.yaml')
    const text = readFileSync(file, 'utf8')
    rmSync(file)
    const loaded = parseManifest(text, directory)
    if (!loaded.ok) throw new Error(`${JSON.stringify(loaded.faults)}\n${text}`)
    return loaded.manifest
  }

  function init(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
    const { DOCKER_HOST: _, DOCKER_CONTEXT: __, DOCKER_TLS_VERIFY: ___, DOCKER_CERT_PATH: ____, ...rest } = process.env
    return finished(
      spawn(process.execPath, [cli, 'init', ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: directory,
        env: { ...rest, ...env },
      }),
    )
  }
}

describeWithEngines('astern init, told its hosts as the Docker client is', tests, ['docker', 'openssl'])
