import { afterAll, beforeAll } from 'vitest'
import { swarmAct } from '../../src/targets/services/swarm/act/act.ts'
import { openSwarms } from '../../src/targets/services/swarm/layout.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openSwarm, swarmConfig, type TestImage, type TestSwarm } from '../engines/swarm.ts'
import { openWorker } from './services-engine.ts'
import { serviceContract, type Engine, type ServiceWorld } from './services.contract.ts'

const tests = (): void => {
  let swarm: TestSwarm
  let good: TestImage
  let bad: TestImage
  beforeAll(async () => {
    swarm = await openSwarm()
    good = await swarm.image({ name: 'shop/api:1.2.2' })
    bad = await swarm.image({ name: 'shop/api:1.3.0' })
  })
  afterAll(() => swarm.close())

  serviceContract('services/swarm', async (): Promise<ServiceWorld> => {
    await swarm.clear()
    const config = swarmConfig(swarm)
    const swarms = openSwarms({ ...config, now: () => new Date('2026-11-22T03:12:00Z') })
    const since = Date.now() / 1000
    await swarm.deploy({ image: bad, replicas: 1, on: swarm.manager })
    const engines: Engine[] = []
    const release = ({ release: name, digest }: TestImage) => ({ release: name, digest })
    return {
      act: swarmAct(swarms),
      instance: { service: 'api', host: 'shop-swarm' },
      good: release(good),
      bad: release(bad),
      starts: async () => (await swarm.starts(since)).map(({ image }) => image),
      engine: () => {
        const other = openWorker('services-swarm-worker.mjs', config)
        engines.push(other)
        return other
      },
      close: async () => {
        await Promise.all(engines.map(({ kill }) => kill()))
        await Promise.all(Object.values(swarms.engines).map(one => one.close()))
        await swarm.clear()
      },
    }
  })
}

describeWithEngines('on a real Swarm of three nodes', tests, ['docker-registry'])
