import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { RecordCommand, ServiceCommand } from '../../src/state/command.ts'
import { fingerprintOf } from '../../src/targets/databases/fingerprint.ts'
import { packSchema } from '../../src/targets/databases/packed-schema.ts'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet, type Fleet } from '../../src/targets/services/docker/layout.ts'
import { dockerLook } from '../../src/targets/services/docker/look.ts'
import type { ServiceLook } from '../../src/targets/services/port.ts'
import { contextOf, permitFor, quiet, until } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { openRecorder, type Recorder } from '../engines/recorder.ts'
import { dockerConfig, eventsSince } from '../engines/shop.ts'

const schema = [{ kind: 'table', name: 'orders', definition: '{}' }] as const
const fingerprint = fingerprintOf(schema)
const packed = packSchema(schema) ?? ''
const instance = { service: 'api', host: 'web-1' }

describeWithEngines('watching a Docker host', () => {
  let host: TestEngine
  let recorder: Recorder
  let good: string
  const fleets: Fleet[] = []
  /** `health`: Docker's own health check is asked, or the service. */
  const fleetAt = (socket: string, health: 'docker' | 'http' = 'docker'): Fleet => {
    const config = dockerConfig({ ...host, socket }, health === 'docker' ? { health: null } : {})
    const fleet = openFleet({ ...config, now: () => new Date('2026-11-22T03:12:00Z') })
    fleets.push(fleet)
    return fleet
  }

  beforeAll(async () => {
    host = await openEngine()
    recorder = await openRecorder(host.socket)
    good = await importImage(host.docker, { name: 'shop/api:1.2.2' })
    const bad = await importImage(host.docker, {
      name: 'shop/api:1.3.0',
      files: { 'migrations/1.sql': 'CREATE TABLE orders (id INT);\n' },
      command: [
        '/bin/busybox',
        'sh',
        '-c',
        'echo "ERROR checkout answers 500" >&2; trap "exit 0" TERM; httpd -f -p 8080 -h /www & wait',
      ],
    })
    const container = await host.docker.createContainer({
      name: 'shop-api-1',
      Image: 'shop/api:1.3.0',
      HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '8081' }] } },
      ExposedPorts: { '8080/tcp': {} },
      Healthcheck: { Test: ['CMD', '/bin/busybox', 'true'], Interval: 1_000_000_000 },
    })
    await container.start()
    const entry = {
      version: '1.3.0',
      recordedAt: '2026-11-20T10:00:00Z',
      by: 'ana',
      good: true,
      services: { 'api@web-1': { release: '1.3.0', digest: bad } },
      databases: {},
    }
    const act = dockerAct(fleetAt(host.socket))
    for (const command of [
      { kind: 'ledger.add', host: 'web-1', entry },
      { kind: 'freeze.set', host: 'web-1', reason: 'rolling back' },
      { kind: 'lock.take', host: 'web-1', reason: 'checkout answers 500' },
      { kind: 'schema.keep', host: 'web-1', fingerprint, packed },
    ] as const satisfies readonly RecordCommand[])
      expect(await act.apply(command, permitFor(command), contextOf(), quiet)).toMatchObject({ ok: true })
    await until(async () => (await container.inspect()).State.Health?.Status === 'healthy')
  })
  afterEach(async () => {
    await Promise.all(fleets.splice(0).flatMap(({ engines }) => Object.values(engines).map(engine => engine.close())))
  })
  afterAll(async () => {
    await recorder.close()
    await host.close()
  })

  const services = (): readonly ServiceCommand[] => [
    { kind: 'service.stop', ...instance, graceMs: 1000 },
    { kind: 'service.point', ...instance, release: '1.2.2', digest: good },
    { kind: 'service.start', ...instance, release: '1.2.2', digest: good },
  ]

  /** Everything a look can do. */
  async function lookAll(look: ServiceLook) {
    const records: readonly RecordCommand[] = [
      { kind: 'lock.take', host: 'web-1', reason: 'another' },
      { kind: 'freeze.lift', host: 'web-1' },
      { kind: 'ledger.clear', host: 'web-1', version: '1.3.0' },
      { kind: 'schema.keep', host: 'web-1', fingerprint, packed },
    ]
    return {
      observe: await look.observe(instance),
      releases: await look.releases(instance),
      files: await look.files(instance, '1.3.0', '/migrations'),
      errors: await look.errors(instance, 5),
      health: await look.health(instance),
      record: await look.record('web-1'),
      schema: await look.schema('web-1', fingerprint),
      hostId: await look.hostId('web-1'),
      drill: await look.drill('web-1'),
      machine: await look.machine('web-1').then(({ skewMs, tooOld }) => [(skewMs ?? 0) < 5_000, tooOld]),
      kept: await look.kept(instance, good, undefined),
      configurations: await look.configurations(instance, []),
      surroundings: await look.surroundings(instance),
      space: await look.space('web-1').then(space => [space?.at, space?.freeBytes !== null]),
      deploys: await look.deploys('web-1').then(all => all.map(({ by, signs }) => ({ by, signs }))),
      probes: await Promise.all([...services(), ...records].map(command => look.probe(command, contextOf()))),
    } satisfies Record<Exclude<keyof ServiceLook, 'probe' | 'close'> | 'probes', unknown>
  }

  test('asks with GET and HEAD alone, and sees through a proxy that refuses all else what is seen without it', async () => {
    const direct = await lookAll(dockerLook(fleetAt(host.socket)))
    const before = recorder.asked().length
    const since = Date.now() / 1000
    const watched = await lookAll(dockerLook(fleetAt(recorder.socket)))
    expect(watched).toEqual(direct)
    expect(watched).toMatchObject({
      observe: { state: 'running', release: '1.3.0' },
      releases: [{ release: '1.2.2' }, { release: '1.3.0' }],
      files: { ok: true, value: [{ name: '1.sql', text: 'CREATE TABLE orders (id INT);\n' }] },
      errors: [expect.stringContaining('ERROR checkout answers 500')],
      health: { state: 'healthy' },
      schema: { ok: true, value: packed },
      machine: [true, null],
      record: { ok: true, value: { ledger: [{ version: '1.3.0' }], freeze: { reason: 'rolling back' } } },
    })
    expect(watched.probes.map(({ verdict }) => verdict)).toEqual([
      'not yet',
      'not yet',
      'not yet',
      'holds',
      'not yet',
      'holds',
      'holds',
    ])
    const asked = recorder.asked().slice(before)
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([])
    // Of what is not there (a mark for drills) it is told so: that is no refusal.
    expect(asked.filter(({ status }) => status >= 400 && status !== 404)).toEqual([])
    // Docker's own health check runs commands, and reading a container's files is an event too.
    const happened = (await eventsSince(host.docker, since)).map(({ Action }) => Action)
    expect(happened.filter(action => !action.startsWith('exec_') && action !== 'archive-path')).toEqual([])
  })

  test('asks the service itself for its health where a probe is declared', async () => {
    const before = recorder.asked().length
    expect(await dockerLook(fleetAt(recorder.socket, 'http')).health(instance)).toMatchObject({ state: 'healthy' })
    expect(recorder.asked().slice(before)).toEqual([])
  })

  test('nothing changes when somebody acts through that proxy, so it does refuse', async () => {
    const act = dockerAct(fleetAt(recorder.socket))
    const before = recorder.asked().length
    const [stop] = services()
    if (stop === undefined) throw new Error('no command')
    const outcome = await act.apply(stop, permitFor(stop), contextOf(), quiet)
    expect(outcome.ok).toBe(false)
    const refused = recorder
      .asked()
      .slice(before)
      .filter(({ status }) => status === 405)
    expect(refused.map(({ method }) => method)).toContain('POST')
    expect(await act.observe(instance)).toMatchObject({ state: 'running', release: '1.3.0' })
  })
})
