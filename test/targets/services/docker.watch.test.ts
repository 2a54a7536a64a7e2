import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RecordCommand } from '../../../src/state/command.ts'
import { dockerAct } from '../../../src/targets/services/docker/act/act.ts'
import { openFleet, type Fleet } from '../../../src/targets/services/docker/layout.ts'
import { dockerWatch } from '../../../src/targets/services/docker/watch/watch.ts'
import type { ServiceWatch } from '../../../src/targets/services/port.ts'
import { contextOf, permitFor, quiet, until } from '../../contract/services-shop.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { importImage } from '../../engines/images.ts'
import { openRecorder, type Recorder } from '../../engines/recorder.ts'
import { dockerConfig, removeAll } from '../../engines/shop.ts'

const instance = { service: 'api', host: 'web-1' }

describeWithEngines('looking at a Docker host again and again', () => {
  let host: TestEngine
  let recorder: Recorder
  let fleet: Fleet
  let watch: ServiceWatch
  const images: Record<string, string> = {}

  beforeAll(async () => {
    host = await openEngine()
    recorder = await openRecorder(host.socket)
    for (const release of ['1.2.2', '1.3.0'])
      images[release] = await importImage(host.docker, { name: `shop/api:${release}` })
  })
  beforeEach(async () => {
    await watch?.close()
    await removeAll(host.docker)
    const engine = { ...host, socket: recorder.socket }
    fleet = openFleet({ ...dockerConfig(engine, { health: null }), now: () => new Date('2026-11-22T03:12:00Z') })
    watch = dockerWatch(fleet)
    await run('1.3.0')
  })
  afterAll(async () => {
    await watch?.close()
    await Promise.all(Object.values(fleet?.engines ?? {}).map(engine => engine.close()))
    await recorder?.close()
    await host?.close()
  })

  test('asks once, and nothing more about what runs while nothing happens', async () => {
    const first = await watch.observe(instance)
    expect(first).toMatchObject({ state: 'running', release: '1.3.0', digest: images['1.3.0'] })
    const before = recorder.asked().length
    for (let round = 0; round < 20; round += 1) {
      expect(await watch.observe(instance)).toEqual(first)
      expect(await watch.health(instance)).toMatchObject({ state: 'unproven' })
    }
    const since = recorder.asked().slice(before)
    expect(since.filter(({ path }) => !path.endsWith('/_ping'))).toEqual([])
    expect(recorder.asked().filter(({ method }) => method !== 'GET')).toEqual([])
  })

  test('sees a container that ended, was started again, or was replaced', async () => {
    await watch.observe(instance)
    const container = host.docker.getContainer('shop-api-1')
    await container.stop({ t: 0 })
    await until(async () => (await watch.observe(instance)).state === 'stopped')
    await container.start()
    await until(async () => (await watch.observe(instance)).state === 'running')
    await container.rename({ name: 'elsewhere' })
    await until(async () => (await watch.observe(instance)).state === 'missing')
    await run('1.2.2')
    await until(async () => (await watch.observe(instance)).release === '1.2.2')
  })

  test('sees a change of its restart policy, which no list of containers shows', async () => {
    expect(await watch.observe(instance)).toMatchObject({ restart: { name: 'no' } })
    await host.docker.getContainer('shop-api-1').update({ RestartPolicy: { Name: 'always' } })
    await until(async () => (await watch.observe(instance)).restart?.name === 'always')
  })

  test('calls an image by another name once the record does', async () => {
    expect(await watch.observe(instance)).toMatchObject({ release: '1.3.0' })
    const entry = {
      version: 'spring',
      recordedAt: '2026-11-20T10:00:00Z',
      by: 'ana',
      good: true,
      services: { 'api@web-1': { release: 'spring', digest: images['1.3.0'] ?? '' } },
      databases: {},
    }
    const command: RecordCommand = { kind: 'ledger.add', host: 'web-1', entry }
    const direct = openFleet({ ...dockerConfig(host), now: () => new Date('2026-11-22T03:12:00Z') })
    expect(await dockerAct(direct).apply(command, permitFor(command), contextOf(), quiet)).toMatchObject({ ok: true })
    await until(async () => (await watch.observe(instance)).release === 'spring')
    await Promise.all(Object.values(direct.engines).map(engine => engine.close()))
  })

  test('sees the same where it may not listen to events', async () => {
    const deaf = await openRecorder(host.socket, 'refused', /\/events/)
    const config = dockerConfig({ ...host, socket: deaf.socket }, { health: null })
    const behind = openFleet({ ...config, now: () => new Date('2026-11-22T03:12:00Z') })
    const unheard = dockerWatch(behind)
    expect(await unheard.observe(instance)).toEqual(await watch.observe(instance))
    await host.docker.getContainer('shop-api-1').stop({ t: 0 })
    expect(await unheard.observe(instance)).toMatchObject({ state: 'stopped' })
    await unheard.close()
    await Promise.all(Object.values(behind.engines).map(engine => engine.close()))
    await deaf.close()
  })

  test('says that its Engine is gone, and looks anew once it is back', async () => {
    expect(await watch.observe(instance)).toMatchObject({ state: 'running' })
    await host.kill()
    await until(async () => (await watch.observe(instance)).state === 'unreachable')
    await host.start()
    await until(async () => (await watch.observe(instance)).state === 'stopped')
  })

  async function run(release: string): Promise<void> {
    const container = await host.docker.createContainer({ name: 'shop-api-1', Image: `shop/api:${release}` })
    await container.start()
  }
})
