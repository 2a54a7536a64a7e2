import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { markLabels, markName } from '../../src/targets/services/drill/labels.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { elsewhere, openDrillStage, withInject, withTargets, type DrillStage } from './drill-stage.ts'

const accepted = [0]
const mark = markName('shop-staging')

describeWithEngines('a drill on Docker hosts', () => {
  let stage: DrillStage
  /** The clone has the id of the first, as one that was started from a copy of its disk. */
  const engines: Record<'first' | 'second' | 'clone', TestEngine> = {} as never
  beforeAll(async () => {
    engines.first = await openEngine([], { id: 'own' })
    engines.second = await openEngine([], { id: 'own' })
    engines.clone = await openEngine([], { id: engines.first })
    for (const { docker } of Object.values(engines)) {
      await importImage(docker, { name: 'shop/api:1.3.0' })
      await (await docker.createContainer({ name: 'shop-api-1', Image: 'shop/api:1.3.0' })).start()
    }
  })
  beforeEach(() => {
    stage = openDrillStage()
    stage.publish(elsewhere)
  })
  afterEach(async () => {
    stage.close()
    for (const { docker } of Object.values(engines)) {
      const { Volumes } = await docker.listVolumes()
      for (const { Name } of Volumes) await docker.getVolume(Name).remove()
    }
  })
  afterAll(async () => {
    for (const engine of Object.values(engines)) await engine.close()
  })

  type Which = keyof typeof engines
  const host = (which: Which) => ({ docker: `unix://${engines[which].socket}`, address: engines[which].address })
  /** The same Engine by another way. */
  const byTcp = (which: Which) => ({ docker: `tcp://${engines[which].address}:2375`, tls: 'none' })
  const staging = (which: Which, name = 'shop-staging') =>
    stage.write(`staging-${which}-${name}.yaml`, text =>
      withTargets(text.replace('name: shop-staging', `name: ${name}`), {
        hosts: { 'web-1': host(which) },
        services: { api: { hosts: ['web-1'], container: 'shop-api-1', health: { http: 'http://{host}:8080/' } } },
      }),
    )
  const check = (config: string) => {
    const stop = '{ id: stop, at: 2m, kind: stop, target: { service: api, host: web-1 }, expires: 5m }'
    const scenario = stage.scenario(text => withInject(text, stop, '{ hosts: [web-1], services: [api] }'))
    return stage.check(config, scenario)
  }
  const copyMark = async (from: Which, to: Which) => {
    const { Labels } = await engines[from].docker.getVolume(mark).inspect()
    await engines[to].docker.createVolume({ Name: mark, Labels })
  }

  test('is played where the Engine bears its mark, and says how its faults end', async () => {
    const config = staging('first')
    expect(await check(config)).toEqual([3, 'mark.missing'])
    expect(await stage.mark(config)).toBe(0)
    expect(await check(config)).toEqual(accepted)
    const ran = await stage.astern(['drill', `${stage.root}/scenario.yaml`, '--check'], config)
    expect(ran.stdout).toContain('a keeper on web-1 stops shop-api-1, and starts it again after 300 s')
  })

  test("is refused where the mark is another Engine's, by its labels; marked there, it is as good", async () => {
    await stage.mark(staging('first'))
    await copyMark('first', 'second')
    const { Labels } = await engines.second.docker.getVolume(mark).inspect()
    expect(Labels[markLabels.environment]).toBe('shop-staging')
    expect(await check(staging('second'))).toEqual([3, 'mark.elsewhere'])
    expect(await stage.mark(staging('second'))).toBe(0)
    expect(await check(staging('second'))).toEqual(accepted)
  })

  test('is refused on a clone of a marked disk, although the Engine on it says it is the same; marked there, it is not', async () => {
    await stage.mark(staging('first'))
    await copyMark('first', 'clone')
    expect(await check(staging('clone'))).toEqual([3, 'mark.elsewhere'])
    expect(await stage.mark(staging('clone'))).toBe(0)
    expect(await check(staging('clone'))).toEqual(accepted)
  })

  test('is refused on an Engine that is production under another name and address, and on a clone of it; on another it is not', async () => {
    for (const which of ['first', 'second', 'clone'] as const) await stage.mark(staging(which))
    const production = stage.write('production.yaml', text =>
      withTargets(text, { hosts: { 'live-7': byTcp('first') } }),
    )
    expect((await stage.astern(['freeze', '--reason', 'to publish it'], production)).code).toBe(0)
    // Its record shows as well that the Engine is another environment's.
    expect(await check(staging('first'))).toEqual([3, 'record.beside', 'production.engine'])
    expect(await check(staging('clone'))).toEqual([3, 'production.engine'])
    expect(await stage.mark(staging('first'))).toBe(3)
    expect(await check(staging('second'))).toEqual(accepted)
  })

  test("is refused beside another environment's record; where that one is marked for drills too it is not", async () => {
    const [own, other] = [staging('first'), staging('first', 'shop-test')]
    await stage.mark(own)
    expect((await stage.astern(['freeze', '--reason', 'it is theirs'], other)).code).toBe(0)
    expect(await check(own)).toEqual([3, 'record.beside'])
    expect((await stage.astern(['drill', '--mark', '--confirm', 'shop-test'], other)).code).toBe(0)
    expect(await check(own)).toEqual(accepted)
  })

  test('is refused while its Engine gives no answer', async () => {
    const config = staging('second')
    await stage.mark(config)
    const nowhere = stage.write('nowhere.yaml', text =>
      withTargets(text, { hosts: { 'web-1': { docker: 'unix:///nowhere.sock' } } }),
    )
    const scenario = stage.scenario(text => withInject(text, '{ id: ask, at: 2m, kind: event, text: hello }', '{}'))
    expect(await stage.check(nowhere, scenario)).toEqual([3, 'target.unreachable', 'target.unreachable'])
    expect(await stage.check(config, scenario)).toEqual(accepted)
  })

  test('is refused where its service has no container there; deployed there, it is not', async () => {
    const config = staging('second')
    await stage.mark(config)
    const { docker } = engines.second
    const api = docker.getContainer((await docker.getContainer('shop-api-1').inspect()).Id)
    await api.rename({ name: 'shop-web-1' })
    expect(await check(config)).toEqual([3, 'inject.unable'])
    await api.rename({ name: 'shop-api-1' })
    expect(await check(config)).toEqual(accepted)
  })
})
