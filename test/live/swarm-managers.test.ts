import type { Outcome } from '../../src/targets/outcome.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { swarmAct } from '../../src/targets/services/swarm/act/act.ts'
import { openSwarms } from '../../src/targets/services/swarm/layout.ts'
import { contextOf, permitFor, quiet, until } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openSwarm, running, swarmConfig, type TestSwarm } from '../engines/swarm.ts'

const tests = (): void => {
  let swarm: TestSwarm
  beforeAll(async () => {
    swarm = await openSwarm(3)
  })
  afterAll(() => swarm.close())

  test('that loses the manager it was to go through is in doubt and says who gives no answer; the others keep it, and it ends when that one is back', async () => {
    const good = await swarm.image({ name: 'shop/api:1.2.2' })
    const bad = await swarm.image({ name: 'shop/api:1.3.0' })
    await swarm.deploy({ image: bad, replicas: 3, updateConfig: { Delay: 2e9 } })
    const act = swarmAct(openSwarms({ ...swarmConfig(swarm), now: () => new Date() }))
    const { release, digest, reference: image } = good
    const command = {
      kind: 'service.update',
      service: 'api',
      host: 'shop-swarm',
      release,
      digest,
      image,
      monitorMs: 500,
      followMs: 15_000,
    } as const
    const outcome: Promise<Outcome> = act.apply(command, permitFor(command), contextOf(), quiet)
    await until(async () => running(await swarm.tasks()).some(({ Spec }) => Spec.ContainerSpec.Image === image))
    await swarm.manager.kill()
    expect(await outcome).toMatchObject({
      ok: false,
      unknown: true,
      fault: { what: expect.stringContaining('shop-swarm'), means: expect.any(String), next: expect.any(String) },
    })
    expect((await act.probe(command, contextOf())).verdict).toBe('unclear')
    const [other] = swarm.workers
    await until(async () => {
      const service = await other?.docker.getService('shop_api').inspect()
      return service?.Spec?.TaskTemplate?.ContainerSpec?.Image === image
    })
    await swarm.manager.start()
    await until(async () => (await act.probe(command, contextOf())).verdict === 'holds')
    await act.close()
  })
}

describeWithEngines('an update of a Swarm with three managers', tests, ['docker-registry'])
