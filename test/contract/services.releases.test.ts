import { openWorker } from './services-engine.ts'
import { apply, digestIn, host, instance, openShop, service } from './services-shop.ts'
import { serviceContract, type Engine, type ServiceWorld } from './services.contract.ts'

serviceContract('releases: directories, a link and supervised processes', async (): Promise<ServiceWorld> => {
  const shop = await openShop()
  await shop.release('1.2.2')
  await shop.release('1.3.0')
  await shop.point('1.3.0')
  const [good, bad] = [await digestIn(shop, '1.2.2'), await digestIn(shop, '1.3.0')]
  const begun = await apply(shop, { kind: 'service.start', service, host, release: '1.3.0', digest: bad })
  if (!begun.ok) throw new Error(begun.fault.what)
  const engines: Engine[] = []
  const engine = (): Engine => {
    const opened = openWorker('services-worker.mjs', shop.config)
    engines.push(opened)
    return opened
  }
  return {
    act: shop.act,
    instance,
    good: { release: '1.2.2', digest: good },
    bad: { release: '1.3.0', digest: bad },
    starts: shop.starts,
    engine,
    close: async () => {
      await Promise.all(engines.map(({ kill }) => kill()))
      await shop.close()
    },
  }
})
