import { afterAll, beforeAll } from 'vitest'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { dockerConfig, removeAll, startsOf } from '../engines/shop.ts'
import { openWorker } from './services-engine.ts'
import { serviceContract, type Engine, type ServiceWorld } from './services.contract.ts'

describeWithEngines('on a real Docker Engine', () => {
  let engine: TestEngine
  let good: string
  let bad: string
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    bad = await importImage(engine.docker, { name: 'shop/api:1.3.0' })
  })
  afterAll(() => engine.close())

  serviceContract('services/docker', async (): Promise<ServiceWorld> => {
    await removeAll(engine.docker)
    const config = dockerConfig(engine)
    const fleet = openFleet({ ...config, now: () => new Date('2026-11-22T03:12:00Z') })
    const since = Date.now() / 1000
    const container = await engine.docker.createContainer({
      name: 'shop-api-1',
      Image: 'shop/api:1.3.0',
      HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '8081' }] }, RestartPolicy: { Name: 'unless-stopped' } },
      ExposedPorts: { '8080/tcp': {} },
    })
    await container.start()
    const engines: Engine[] = []
    return {
      act: dockerAct(fleet),
      instance: { service: 'api', host: 'web-1' },
      good: { release: '1.2.2', digest: good },
      bad: { release: '1.3.0', digest: bad },
      starts: async () => startsOf(engine.docker, since, { 'shop/api:1.2.2': '1.2.2', 'shop/api:1.3.0': '1.3.0' }),
      engine: () => {
        const other = openWorker('services-docker-worker.mjs', config)
        engines.push(other)
        return other
      },
      close: async () => {
        await Promise.all(engines.map(({ kill }) => kill()))
        await Promise.all(Object.values(fleet.engines).map(one => one.close()))
        await removeAll(engine.docker)
      },
    }
  })
})
