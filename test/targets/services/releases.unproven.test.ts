import { afterEach, expect, test } from 'vitest'
import { apply, digestIn, host, instance, openShop, quiet, service, type Shop } from '../../contract/services-shop.ts'

let shop: Shop
afterEach(() => shop.close())

test('a service without a probe has to run ten seconds as one process, and its health is said to be unproven', async () => {
  shop = await openShop({ health: null })
  await shop.release('1.2.2')
  await shop.point('1.2.2')
  const digest = await digestIn(shop, '1.2.2')
  expect(await shop.act.health(instance)).toEqual({ state: 'unhealthy', latencyMs: null, note: 'it is stopped' })
  await apply(shop, { kind: 'service.start', service, host, release: '1.2.2', digest })
  const note = 'it runs; no health probe is declared'
  expect(await shop.act.health(instance)).toEqual({ state: 'unproven', latencyMs: null, note })
  const command = { kind: 'service.health', service, host, release: '1.2.2' } as const
  const pid = await shop.pid()
  expect(await shop.act.attempt(command, quiet, new AbortController().signal)).toEqual({
    ok: true,
    observed: { pid, state: 'unproven' },
    says: `unproven: ran 10 s as process ${pid}; no health probe is declared`,
  })
})
