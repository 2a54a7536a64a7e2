import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { until } from '../contract/services-shop.ts'
import { markName } from '../../src/targets/services/drill/labels.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { allReady } from '../engines/swarm.ts'
import { elsewhere, openDrillStage, withInject, withTargets, type DrillStage } from './drill-stage.ts'

const accepted = [0]
const mark = markName('shop-staging')

describeWithEngines('a drill on a Swarm', () => {
  let stage: DrillStage
  /** Two managers of one Swarm, another Swarm of one node, and an Engine that is in none. */
  const engines: Record<'manager' | 'other manager' | 'other swarm' | 'alone', TestEngine> = {} as never
  beforeAll(async () => {
    for (const which of ['manager', 'other manager', 'other swarm', 'alone'] as const)
      engines[which] = await openEngine([], { id: 'own' })
    const { manager } = engines
    for (const { docker, address } of [manager, engines['other swarm']])
      await docker.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: `${address}:2377`, DataPathAddr: address })
    const { JoinTokens } = (await manager.docker.swarmInspect()) as { JoinTokens: { Manager: string } }
    const { docker, address } = engines['other manager']
    await docker.swarmJoin({
      ListenAddr: '0.0.0.0:2377',
      AdvertiseAddr: `${address}:2377`,
      DataPathAddr: address,
      RemoteAddrs: [`${manager.address}:2377`],
      JoinToken: JoinTokens.Manager,
    })
    await until(() => allReady(manager, 2))
  })
  beforeEach(() => {
    stage = openDrillStage()
    stage.publish(elsewhere)
  })
  afterEach(async () => {
    stage.close()
    for (const { docker } of [engines.manager, engines['other swarm']])
      for (const { ID } of await docker.listConfigs()) await docker.getConfig(ID).remove()
    for (const { docker } of Object.values(engines))
      for (const { Name } of (await docker.listVolumes()).Volumes) await docker.getVolume(Name).remove()
  })
  afterAll(async () => {
    for (const engine of Object.values(engines)) await engine.close()
  })

  type Which = keyof typeof engines
  const staging = (which: Which, kind: 'swarm' | 'docker' = 'swarm') =>
    stage.write(`staging-${which.replace(' ', '-')}-${kind}.yaml`, text =>
      withTargets(text, {
        hosts: { here: { [kind]: `unix://${engines[which].socket}`, address: engines[which].address } },
      }),
    )
  const check = (config: string, inject = '{ id: ask, at: 2m, kind: event, text: hello }', radius = '{}') =>
    stage.check(
      config,
      stage.scenario(text => withInject(text, inject, radius)),
    )
  const freezeProduction = async (which: Which, kind: 'swarm' | 'docker' = 'swarm') => {
    const hosts = { 'live-7': { [kind]: `tcp://${engines[which].address}:2375`, tls: 'none' } }
    const production = stage.write('production.yaml', text => withTargets(text, { hosts }))
    expect((await stage.astern(['freeze', '--reason', 'to publish it'], production)).code).toBe(0)
  }

  test('is played where the Swarm bears its mark, whichever of its managers is asked', async () => {
    expect(await check(staging('manager'))).toEqual([3, 'mark.missing'])
    expect(await stage.mark(staging('manager'))).toBe(0)
    expect(await check(staging('manager'))).toEqual(accepted)
    expect(await check(staging('other manager'))).toEqual(accepted)
  })

  test("is refused where the mark is another Swarm's, by its config; marked there, it is as good", async () => {
    await stage.mark(staging('manager'))
    const made = (await engines.manager.docker.getConfig(mark).inspect()) as {
      readonly Spec: { readonly Name: string; readonly Labels: Record<string, string>; readonly Data: string }
    }
    const { Name, Labels, Data } = made.Spec
    await engines['other swarm'].docker.createConfig({ Name, Labels, Data })
    expect(await check(staging('other swarm'))).toEqual([3, 'mark.elsewhere'])
    expect(await stage.mark(staging('other swarm'))).toBe(0)
    expect(await check(staging('other swarm'))).toEqual(accepted)
  })

  test('is refused on a Swarm that is production by another manager and another name; on another Swarm it is not', async () => {
    await stage.mark(staging('manager'))
    await stage.mark(staging('other swarm'))
    await freezeProduction('other manager')
    expect(await check(staging('manager'))).toEqual([3, 'record.beside', 'production.swarm'])
    expect(await stage.mark(staging('manager'))).toBe(3)
    expect(await check(staging('other swarm'))).toEqual(accepted)
  })

  test("is refused on an Engine that is a node of production's Swarm; on one that is in none it is not", async () => {
    await stage.mark(staging('other manager', 'docker'))
    await stage.mark(staging('alone', 'docker'))
    await freezeProduction('manager')
    expect(await check(staging('other manager', 'docker'))).toEqual([3, 'production.swarm'])
    expect(await check(staging('alone', 'docker'))).toEqual(accepted)
  })

  test('is refused on a Swarm one of whose nodes is production as an Engine; on another it is not', async () => {
    await stage.mark(staging('manager'))
    await stage.mark(staging('other swarm'))
    await freezeProduction('other manager', 'docker')
    expect(await check(staging('manager'))).toEqual([3, 'production.swarm'])
    expect(await check(staging('other swarm'))).toEqual(accepted)
  })

  test('is refused where it stops a task, which the Swarm would mend; to say something is not', async () => {
    const config = stage.write('staging.yaml', text =>
      withTargets(text, {
        hosts: { here: { swarm: `unix://${engines.manager.socket}`, address: engines.manager.address } },
        services: { api: { hosts: ['here'], swarm: 'shop_api', health: { http: 'http://{host}:8081/' } } },
      }),
    )
    await stage.mark(config)
    const stop = '{ id: stop, at: 2m, kind: stop, target: { service: api, host: here }, expires: 5m }'
    expect(await check(config, stop, '{ hosts: [here], services: [api] }')).toEqual([3, 'inject.unable'])
    expect(await check(config)).toEqual(accepted)
  })
})
