import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '../../src/state/manifest.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'
import { dockerWatch } from '../../src/targets/services/docker/watch/watch.ts'
import { timing, until } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { openRecorder, type Recorder } from '../engines/recorder.ts'
import { dockerConfig } from '../engines/shop.ts'

const instance = { service: 'api', host: 'web-1' }
const lookMs = 100

describeWithEngines('looking on while a host is cut off', () => {
  let host: TestEngine
  let recorder: Recorder
  const ends: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    host = await openEngine()
    await importImage(host.docker, { name: 'shop/api:1.3.0' })
    const container = await host.docker.createContainer({ name: 'shop-api-1', Image: 'shop/api:1.3.0' })
    await container.start()
    recorder = await openRecorder({ host: host.address, port: 2375 })
  })
  afterEach(async () => {
    host.link('up')
    await Promise.all(ends.splice(0).map(end => end()))
  })
  afterAll(async () => {
    await recorder?.close()
    await host?.close()
  })

  /** Looks ten times a second, and keeps what was seen last. */
  async function lookOn(endpoint: Endpoint) {
    const config = dockerConfig(host, { health: null })
    const hosts = { 'web-1': { kind: 'docker', endpoint, address: host.address } } as const
    const fleet = openFleet({ ...config, hosts, timing: { ...timing, probeTimeoutMs: 500 }, now: () => new Date() })
    const watch = dockerWatch(fleet)
    const seen = { state: '', note: '' as string | null }
    const over = { is: false }
    const looking = (async () => {
      while (!over.is) {
        const { state, note } = await watch.observe(instance)
        Object.assign(seen, { state, note })
        await sleep(lookMs)
      }
    })()
    ends.push(async () => {
      over.is = true
      await looking
      await watch.close()
      await Promise.all(Object.values(fleet.engines).map(engine => engine.close()))
    })
    await until(async () => seen.state === 'running')
    return seen
  }

  test('asks it less and less often, and says since when there is no answer', async () => {
    const seen = await lookOn({ kind: 'unix', path: recorder.socket })
    host.link('down')
    await until(async () => seen.state === 'unreachable')
    const before = recorder.asked().length
    const requests = (): number => recorder.asked().length - before
    await until(async () => /for \d+ s now; asked again in \d+ s/.test(seen.note ?? ''))
    const seconds = 14
    await sleep(seconds * 1000)
    // After 1, 2, 4 and 8 seconds, each time its version, its events and a ping; without a pause it was over a hundred.
    expect(requests()).toBeLessThanOrEqual(16)
    await expect.poll(() => seen.note).toMatch(/for [1-9]\d s now/)
  }, 120_000)

  test('sees it at once when the link is back, however long it was away', async () => {
    const seen = await lookOn({ kind: 'tcp', host: host.address, port: 2375, tls: null })
    host.link('down')
    await until(async () => seen.state === 'unreachable')
    // By now it is left alone for eight seconds, or fifteen.
    await until(async () => /asked again in ([89]|1\d) s/.test(seen.note ?? ''))
    const backAt = performance.now()
    host.link('up')
    await until(async () => seen.state === 'running')
    // Left alone it would have been for eight seconds at least.
    expect(performance.now() - backAt).toBeLessThan(7000)
  }, 120_000)
})
