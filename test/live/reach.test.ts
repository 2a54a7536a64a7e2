import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from '../../src/state/fault.ts'
import type { Endpoint, TlsFiles } from '../../src/state/manifest.ts'
import { openEngine as openWay, type Engine } from '../../src/targets/services/docker/engine.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { makeCertificates, type Certificates } from '../engines/tls.ts'

const open: Engine[] = []
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close()
})

function way(endpoint: Endpoint): Engine {
  const engine = openWay('web-1', endpoint)
  open.push(engine)
  return engine
}

async function askedVersion(engine: Engine): Promise<string> {
  const answer = await engine.call('say its version', async docker => {
    await docker.listContainers()
    return 'version' in docker.modem ? String(docker.modem.version) : 'none'
  })
  return answer.ok ? answer.value : answer.fault.what
}

async function faultOf(engine: Engine, deadlineMs?: number): Promise<Fault> {
  const answer = await engine.call('list its containers', docker => docker.listContainers(), deadlineMs)
  if (answer.ok) throw new Error('it answered')
  expect(answer.status).toBeNull()
  return answer.fault
}

describeWithEngines('an Engine over TLS', () => {
  let certificates: Certificates
  let host: TestEngine
  const over = (tls: TlsFiles): Engine => way({ kind: 'tcp', host: host.address, port: 2376, tls })
  beforeAll(async () => {
    certificates = makeCertificates()
    host = await openEngine(certificates.flags)
  })
  afterAll(async () => {
    await host.close()
    certificates.remove()
  })

  test('answers the right certificate, in its own version of the API', async () => {
    const { ApiVersion } = await host.docker.version()
    expect(await askedVersion(over(certificates.client))).toBe(`v${ApiVersion}`)
  })

  test('says which certificate is wrong, and on which side', async () => {
    const { client, expired, stranger, server } = certificates
    const told = async (tls: TlsFiles): Promise<string> =>
      (await faultOf(over(tls))).what.replace('The Engine on web-1 cannot be reached to list its containers: ', '')
    expect(await told({ ...client, ca: stranger.ca })).toBe('its certificate is not signed by the authority given here')
    expect(await told({ ...stranger, ca: client.ca })).toBe('it does not accept the client certificate')
    expect(await told(expired)).toMatch(/^the client certificate .*expired\.pem has expired on /)
    expect(await told({ ...client, key: server.key })).toBe('the client certificate and its key do not belong together')
    expect(await told({ ...client, cert: '/nowhere.pem' })).toBe('/nowhere.pem is not there')
    const { next } = await faultOf(over({ ...client, ca: stranger.ca }))
    expect(next).toContain('Compare the certificates given for web-1')
  })

  test('is reached once the certificate was put right, by whoever asked before', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'astern-renewed-'))
    try {
      const cert = join(directory, 'cert.pem')
      copyFileSync(certificates.stranger.cert, cert)
      const engine = over({ ...certificates.client, cert })
      await faultOf(engine)
      copyFileSync(certificates.client.cert, cert)
      expect(await askedVersion(engine)).toMatch(/^v1\./)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })

  test('is found by the name of a context; one that is not there, or lacks the client certificate, is told', async () => {
    const home = mkdtempSync(join(tmpdir(), 'astern-contexts-'))
    const before = process.env['DOCKER_CONFIG']
    process.env['DOCKER_CONFIG'] = home
    try {
      const { ca, cert, key } = certificates.client
      writeContext(home, 'shop', `tcp://${host.address}:2376`, { ca, cert, key })
      writeContext(home, 'bare', `tcp://${host.address}:2376`, { ca })
      writeContext(home, 'local', `unix://${host.socket}`, {})
      expect(await askedVersion(way({ kind: 'context', name: 'shop' }))).toMatch(/^v1\./)
      expect(await askedVersion(way({ kind: 'context', name: 'local' }))).toMatch(/^v1\./)
      expect((await faultOf(way({ kind: 'context', name: 'bare' }))).what).toMatch(
        /(it asks for a client certificate, and none was given|it does not accept the client certificate)$/,
      )
      const { what, next } = await faultOf(way({ kind: 'context', name: 'shpo' }))
      expect(what).toContain('there is no Docker context shpo for this account')
      expect(next).toContain('docker context ls')
    } finally {
      if (before === undefined) delete process.env['DOCKER_CONFIG']
      else process.env['DOCKER_CONFIG'] = before
      rmSync(home, { recursive: true, force: true })
    }
  })

  test('whose link is cut is told by the deadline, and it answers again once it is back', async () => {
    const engine = over(certificates.client)
    expect(await askedVersion(engine)).toMatch(/^v1\./)
    host.link('down')
    const began = performance.now()
    expect((await faultOf(engine, 1500)).what).toContain('no answer in 2 s')
    expect(performance.now() - began).toBeLessThan(3000)
    host.link('up')
    expect(await askedVersion(engine)).toMatch(/^v1\./)
  })

  test('that was cut off before the first call is reached by a call begun before it is back', async () => {
    const engine = over(certificates.client)
    host.link('down')
    const late = faultOf(engine, 300)
    await late
    const answer = askedVersion(engine)
    host.link('up')
    expect(await answer).toMatch(/^v1\./)
  })
}, ['openssl'])

describe('agreeing on a version of the API', () => {
  test('an Engine that no longer speaks ours is told with what to do', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'astern-newer-'))
    const path = join(directory, 'docker.sock')
    // No such Engine can be had yet; this says of itself what one would.
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ ApiVersion: '1.60', MinAPIVersion: '1.52' })),
    )
    server.listen(path)
    await once(server, 'listening')
    try {
      const { what, next } = await faultOf(way({ kind: 'unix', path }))
      expect(what).toContain('its Engine speaks API 1.52 and newer, and this Astern speaks up to 1.47')
      expect(next).toContain('Use a newer Astern')
    } finally {
      server.closeAllConnections()
      server.close()
      rmSync(directory, { recursive: true, force: true })
    }
  })

  test('a socket that is not there is told as that', async () => {
    expect((await faultOf(way({ kind: 'unix', path: '/nowhere/docker.sock' }))).what).toContain(
      'its socket is not there',
    )
  })
})

/** As `docker context create` leaves it. */
function writeContext(home: string, name: string, url: string, tls: Partial<TlsFiles>): void {
  const id = createHash('sha256').update(name).digest('hex')
  const meta = join(home, 'contexts', 'meta', id)
  mkdirSync(meta, { recursive: true })
  writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: url } } }))
  const files = join(home, 'contexts', 'tls', id, 'docker')
  for (const [part, path] of Object.entries(tls)) {
    mkdirSync(files, { recursive: true })
    copyFileSync(path, join(files, `${part}.pem`))
  }
}
