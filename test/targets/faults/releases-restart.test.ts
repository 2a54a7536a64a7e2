import { expect, test } from 'vitest'
import { restart } from '../../../src/targets/faults/releases/act/run.ts'
import { placeOf } from '../../../src/targets/services/releases/layout.ts'
import { runningAt } from '../../../src/targets/services/releases/processes.ts'
import { apply, digestIn, host, instance, openShop, service } from '../../contract/services-shop.ts'

test('a service that was restarted is the next one once that is said, and never the one before', async () => {
  const shop = await openShop()
  try {
    await shop.release('1.3.0')
    await shop.point('1.3.0')
    const command = { service, host, release: '1.3.0', digest: await digestIn(shop, '1.3.0') }
    expect(await apply(shop, { kind: 'service.start', ...command })).toMatchObject({ ok: true })
    const place = placeOf(shop.config, instance)
    const doer = { config: shop.config, place, host, evidence: () => undefined }
    for (let turn = 1; turn <= 10; turn += 1) {
      const before = await runningAt(place)
      expect(await restart(doer, '1.3.0')).toBeNull()
      const after = await runningAt(place)
      expect([turn, after?.release, after?.pid === before?.pid]).toEqual([turn, '1.3.0', false])
    }
  } finally {
    await shop.close()
  }
})
