import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Endpoint } from '../../src/state/manifest.ts'
import { openEngine as reachEngine, type Engine } from '../../src/targets/services/docker/engine.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { openSshd, type TestSshd } from '../engines/ssh.ts'
import { until } from '../contract/services-shop.ts'

const list = (engine: Engine, deadlineMs = 15_000) =>
  engine.call('list its containers', docker => docker.listContainers({ all: true }), deadlineMs)

describeWithEngines('a Docker host', () => {
  let host: TestEngine
  const opened: Engine[] = []
  const to = (endpoint: Endpoint): Engine => {
    const engine = reachEngine('web-1', endpoint)
    opened.push(engine)
    return engine
  }
  beforeAll(async () => {
    host = await openEngine()
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(engine => engine.close()))
  })
  afterAll(() => host?.close())

  describe('over ssh', () => {
    let sshd: TestSshd
    beforeEach(async () => {
      sshd = await openSshd(host)
    })
    afterEach(() => sshd.close())
    const ssh = (): Endpoint => ({ kind: 'ssh', destination: 'web-1', port: null, config: sshd.config })

    test('is reached through the system’s ssh, its configuration honoured, many calls over one connection', async () => {
      const engine = to(ssh())
      const answers = await Promise.all(Array.from({ length: 20 }, () => list(engine)))
      expect(answers.map(({ ok }) => ok)).toEqual(answers.map(() => true))
      expect(sshd.accepted()).toBe(1)
    })

    test('whose key is not known is not spoken to, and it says what a person does about it', async () => {
      writeFileSync(sshd.knownHosts, '')
      expect(await list(to(ssh()))).toMatchObject({
        ok: false,
        status: null,
        fault: {
          code: 'docker.unreachable',
          what: 'The Engine on web-1 cannot be reached to list its containers: ssh ended with 255',
          next: expect.stringContaining('ssh web-1 docker version'),
          detail: expect.stringContaining('Host key verification failed'),
        },
      })
      expect(sshd.accepted()).toBe(0)
    })

    test('whose key has changed is not spoken to', async () => {
      await sshd.changeHostKey()
      expect(await list(to(ssh()))).toMatchObject({
        ok: false,
        fault: { detail: expect.stringContaining('Host key verification failed') },
      })
    })

    test('that is cut off answers by its deadline, and is reached again when it is back', async () => {
      const engine = to(ssh())
      expect((await list(engine)).ok).toBe(true)
      host.link('down')
      const late = await list(engine, 2000)
      expect(late).toMatchObject({ ok: false, status: null, fault: { code: 'docker.unreachable' } })
      host.link('up')
      await until(async () => (await list(engine)).ok)
    }, 180_000)

    test('whose connection was ended at the far end is reached over a new one', async () => {
      const engine = to(ssh())
      expect((await list(engine)).ok).toBe(true)
      execFileSync('ip', ['netns', 'exec', host.namespace, 'ss', '-K', 'sport', '=', ':22'], { stdio: 'ignore' })
      await until(async () => (await list(engine)).ok)
      expect(sshd.accepted()).toBe(2)
    })
  })

  describe('over TLS', () => {
    let files: Certificates
    let proxied: TestEngine
    beforeAll(async () => {
      files = makeCertificates()
      proxied = await openEngine(address => {
        files.issue(address)
        return [
          '-H',
          `tcp://${address}:2376`,
          '--tlsverify',
          '--tlscacert',
          files.path('ca.pem'),
          '--tlscert',
          files.path('server.pem'),
          '--tlskey',
          files.path('server.key'),
        ]
      })
    })
    afterAll(async () => {
      await proxied?.close()
      files?.remove()
    })
    const tls = (cert = 'client', ca = 'ca.pem'): Endpoint => ({
      kind: 'tcp',
      host: proxied.address,
      port: 2376,
      tls: { ca: files.path(ca), cert: files.path(`${cert}.pem`), key: files.path(`${cert}.key`) },
    })

    test('is reached with a certificate it knows', async () => {
      expect((await list(to(tls()))).ok).toBe(true)
    })

    test('is not reached with one it does not know, nor when its own is not known, nor without files', async () => {
      const whats = await Promise.all(
        [tls('stranger'), tls('client', 'stranger.pem'), tls('nothing')].map(async endpoint => {
          const answer = await list(to(endpoint))
          return answer.ok ? 'reached' : answer.fault.what.replace(/^.*: /, '')
        }),
      )
      expect(whats).toEqual([
        expect.not.stringContaining('reached'),
        'its certificate is signed by nobody known here',
        'its socket, certificate or context is not there',
      ])
    })

    test('is found by the name of a context of the Docker client', async () => {
      const home = mkdtempSync(join(tmpdir(), 'astern-docker-'))
      const id = createHash('sha256').update('shop').digest('hex')
      mkdirSync(join(home, 'contexts/meta', id), { recursive: true })
      writeFileSync(
        join(home, 'contexts/meta', id, 'meta.json'),
        JSON.stringify({ Name: 'shop', Endpoints: { docker: { Host: `unix://${host.socket}` } } }),
      )
      process.env['DOCKER_CONFIG'] = home
      try {
        expect((await list(to({ kind: 'context', name: 'shop' }))).ok).toBe(true)
        expect(await list(to({ kind: 'context', name: 'none' }))).toMatchObject({
          ok: false,
          fault: { what: expect.stringContaining('context is not there') },
        })
      } finally {
        delete process.env['DOCKER_CONFIG']
        rmSync(home, { recursive: true })
      }
    })
  })

  test('whose daemon was killed and started again is reached again', async () => {
    const engine = to({ kind: 'unix', path: host.socket })
    expect((await list(engine)).ok).toBe(true)
    await host.kill()
    expect(await list(engine)).toMatchObject({ ok: false, status: null, fault: { code: 'docker.unreachable' } })
    await host.start()
    expect((await list(engine)).ok).toBe(true)
  })
})

type Certificates = {
  readonly path: (name: string) => string
  readonly issue: (address: string) => void
  readonly remove: () => void
}

/** An authority with a server and a client, and a stranger that signed itself. */
function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'astern-tls-'))
  const path = (name: string): string => join(directory, name)
  const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' })
  const key = (name: string): readonly string[] => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    path(`${name}.key`),
  ]
  const sign = (name: string, subject: string, extra: string): void => {
    openssl('req', '-new', ...key(name), '-subj', `/CN=${subject}`, '-out', path(`${name}.csr`))
    writeFileSync(path(`${name}.ext`), extra)
    openssl(
      'x509',
      '-req',
      '-in',
      path(`${name}.csr`),
      '-CA',
      path('ca.pem'),
      '-CAkey',
      path('ca.key'),
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      path(`${name}.ext`),
      '-out',
      path(`${name}.pem`),
    )
  }
  for (const name of ['ca', 'stranger'])
    openssl('req', '-x509', ...key(name), '-subj', `/CN=${name}`, '-days', '2', '-out', path(`${name}.pem`))
  sign('client', 'client', 'extendedKeyUsage=clientAuth')
  return {
    path,
    issue: address => sign('server', 'server', `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth`),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
