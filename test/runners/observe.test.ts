import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { observeTargets, type ObserverMeans } from '../../src/runners/engine/observe.ts'
import type { RunEvent } from '../../src/state/event.ts'
import type { Instance, Observed } from '../../src/state/facts.ts'
import type { Manifest } from '../../src/state/manifest.ts'
import type { Signal } from '../../src/state/signal.ts'
import { timing } from '../contract/services-shop.ts'
import { until } from '../contract/services-shop.ts'

const running: Observed = {
  state: 'running',
  release: '1.3.0',
  digest: 'sha256:aa',
  pointed: '1.3.0',
  pid: 7,
  since: null,
  note: null,
}
const gone: Observed = { ...running, state: 'unreachable', release: null, digest: null, note: 'web-2 gives no answer' }

test('a host that gives no answer keeps nobody waiting but itself', async () => {
  const never = new Promise<Observed>(() => {})
  const { signals, stop } = observing(({ host }) => (host === 'web-2' ? never : Promise.resolve(running)))
  await until(() => signals('api@web-1').length > 2)
  expect(signals('api@web-2')).toEqual([])
  stop()
})

test('what cannot be seen is unknown, and says what was seen of it last, and when', async () => {
  const hosts = { gone: false }
  const { signals, events, stop } = observing(() => Promise.resolve(hosts.gone ? gone : running))
  await until(() => signals('api@web-2').length > 0)
  hosts.gone = true
  await until(() => signals('api@web-2').filter(({ state }) => state === 'unknown').length > 1)
  stop()
  const seen = signals('api@web-2')
  const last = seen.findLast(({ state }) => state !== 'unknown')
  const unknown = seen.filter(({ state }) => state === 'unknown')
  expect(unknown).toEqual(
    unknown.map(({ at }) => ({
      at,
      key: 'api@web-2',
      state: 'unknown',
      release: null,
      latencyMs: null,
      note: 'unreachable: web-2 gives no answer',
      lastKnown: { at: last?.at, state: 'healthy', release: '1.3.0' },
    })),
  )
  const changes = events().flatMap(event => (event.kind === 'signal.changed' ? [event.signal] : []))
  expect(changes.filter(({ key }) => key === 'api@web-2').map(({ state }) => state)).toEqual(['healthy', 'unknown'])
})

test('a look that goes wrong is not the last', async () => {
  const looks = { count: 0 }
  const { signals, stop } = observing(() => {
    looks.count += 1
    return looks.count <= 2 ? Promise.reject(new Error('a bug in an adapter')) : Promise.resolve(running)
  })
  await until(() => signals('api@web-1').length > 0)
  stop()
})

test('what does not run is not asked for its health', async () => {
  const asked: string[] = []
  const { signals, stop } = observing(
    ({ host }) =>
      Promise.resolve(host === 'web-2' ? { ...running, state: 'stopped', note: 'it ended with 0' } : running),
    asked,
  )
  await until(() => signals('api@web-2').length > 2 && asked.length > 2)
  stop()
  expect(new Set(asked)).toEqual(new Set(['web-1']))
  expect(signals('api@web-2')[0]).toMatchObject({ state: 'unhealthy', note: 'stopped: it ended with 0' })
})

test('looking on for long leaves no more behind than looking on for a moment', async () => {
  const made: AbortController[] = []
  class Noted extends AbortController {
    constructor() {
      super()
      made.push(this)
    }
  }
  vi.stubGlobal('AbortController', Noted)
  const { signals, stop } = observing(() => Promise.resolve(running))
  vi.unstubAllGlobals()
  await until(() => signals('api@web-1').length > 50)
  const [stopping] = made
  expect(stopping === undefined ? null : getEventListeners(stopping.signal, 'abort').length).toBeLessThan(10)
  stop()
})

const reached = { state: 'unhealthy', latencyMs: null, note: 'answers 502, not 200' } as const

test('what users reach is asked too, and its failures are summed up apart from the services’', async () => {
  const { signals, flush, stop } = observing(() => Promise.resolve(running))
  await until(() => signals('users:front').length > 2 && signals('api@web-1').length > 2)
  const summed = flush().flatMap(event => (event.kind === 'signal.summed' ? [event] : []))
  stop()
  expect(signals('users:front')[0]).toMatchObject({ state: 'unhealthy', release: null, note: reached.note })
  const of = (key: string) => summed.filter(one => one.key === key).map(({ samples, failures }) => samples - failures)
  expect([of('users:front'), of('api@web-1')]).toEqual([[0], [expect.any(Number)]])
  expect(of('api@web-1')[0]).toBeGreaterThan(2)
})

/** api on two hosts, observed as `observe` says. */
function observing(observe: (instance: Instance) => Promise<Observed>, asked: string[] = []) {
  const taken: Signal[] = []
  const written: RunEvent[] = []
  let turn = 0
  const means: ObserverMeans = {
    manifest: {
      environment: { name: 'shop', class: 'drill' },
      services: { api: { hosts: ['web-1', 'web-2'] } },
      timing: { ...timing, probeIntervalMs: 1 },
    } as unknown as Manifest,
    looks: {
      watch: {
        observe,
        health: async ({ host }) => {
          asked.push(host)
          return { state: 'healthy', latencyMs: 12, note: 'answers 200' }
        },
        close: async () => {},
      },
      databases: {},
      users: { front: () => Promise.resolve(reached) },
    },
    now: () => new Date(Date.UTC(2026, 10, 22, 3, 12, 0, (turn += 1))),
    stage: () => 'before',
    mask: text => text,
    onSignals: signals => void taken.push(...signals),
    onEvents: events => void written.push(...events),
  }
  const observer = observeTargets(means)
  return {
    signals: (key: string) => taken.filter(signal => signal.key === key),
    events: () => written,
    flush: observer.flush,
    stop: () => void observer.stop(),
  }
}
