import { describe, expect, test } from 'vitest'
import { awaitHealth, type Life, type Watched } from '../../../src/targets/services/await-health.ts'
import { quiet } from '../../contract/services-shop.ts'

const forever = new AbortController().signal
const life: Life = { id: 'a1', called: 'container a1', release: '1.2.2', observed: { id: 'a1' } }

describe('a host that gives no answer while health is awaited', () => {
  test('is neither an end nor a crash loop: the wait goes on, and counts anew', async () => {
    const outcome = await awaitHealth(watched([life, life, 'unseen', life, life, life]), quiet, forever)
    expect(outcome).toEqual({
      ok: true,
      observed: { id: 'a1', state: 'healthy' },
      says: 'healthy, 2 times in a row, as container a1: answers 200',
    })
  })

  test('from the first look on is waited for until the deadline, and then that is what is told', async () => {
    const outcome = await awaitHealth(watched(['unseen']), quiet, forever)
    expect(outcome).toMatchObject({
      ok: false,
      fault: { code: 'service.unhealthy', what: expect.stringContaining('what runs there is not known') },
    })
  })

  test('does not hide that another life began meanwhile', async () => {
    const outcome = await awaitHealth(watched([life, 'unseen', { ...life, id: 'a2' }]), quiet, forever)
    expect(outcome).toMatchObject({ ok: false, fault: { code: 'service.crash-loop' } })
  })
})

/** Always healthy by its probe; its lives in the order they are seen, the last one for good. */
function watched(lives: readonly (Life | 'unseen')[]): Watched {
  const left = [...lives]
  return {
    name: 'api',
    log: 'its log',
    release: '1.2.2',
    proven: true,
    timing: {
      healthDeadlineMs: 200,
      probeIntervalMs: 1,
      probeTimeoutMs: 100,
      consecutive: 2,
      stableMs: 0,
      watchMs: 0,
      turnBackMs: 0,
    },
    health: async () => ({ state: 'healthy', latencyMs: 1, note: 'answers 200' }),
    life: async () => (left.length > 1 ? left.shift() : left[0]) ?? null,
    lastWords: async () => '',
  }
}
