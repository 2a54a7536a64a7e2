import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ServiceCommand } from '../../src/state/command.ts'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'
import { contextOf, permitFor, quiet } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { dockerConfig, removeAll } from '../engines/shop.ts'

const where = { service: 'api', host: 'web-1' }
const always = { name: 'always', retries: 0 }

describeWithEngines('a daemon that restarts in the middle of a rollback', () => {
  let engine: TestEngine
  let good: string
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    await importImage(engine.docker, { name: 'shop/api:1.3.0' })
  })
  beforeEach(() => removeAll(engine.docker))
  afterAll(() => engine?.close())

  test('starts nothing that was stopped or put in place, though its policy says always; once started again it is', async () => {
    await engine.docker.createContainer({
      name: 'shop-api-1',
      Image: 'shop/api:1.3.0',
      HostConfig: { RestartPolicy: { Name: 'always' } },
    })
    // What tells that the daemon has started all that it starts by itself.
    await engine.docker.createContainer({
      name: 'beacon',
      Image: 'shop/api:1.3.0',
      HostConfig: { RestartPolicy: { Name: 'always' } },
    })
    for (const name of ['shop-api-1', 'beacon']) await engine.docker.getContainer(name).start()
    await apply({ kind: 'service.stop', ...where, graceMs: 1000 })
    expect(await afterRestart()).toEqual(['beacon'])
    await apply({ kind: 'service.point', ...where, release: '1.2.2', digest: good })
    expect(await afterRestart()).toEqual(['beacon'])
    await apply({ kind: 'service.start', ...where, release: '1.2.2', digest: good, restart: always })
    expect(await afterRestart()).toEqual(['beacon', 'shop-api-1'])
    expect((await engine.docker.getContainer('shop-api-1').inspect()).Image).toBe(good)
  })

  async function apply(command: ServiceCommand): Promise<void> {
    const fleet = openFleet({ ...dockerConfig(engine), now: () => new Date() })
    const outcome = await dockerAct(fleet).apply(command, permitFor(command), contextOf(), quiet)
    await Promise.all(Object.values(fleet.engines).map(one => one.close()))
    if (!outcome.ok) throw new Error(`${command.kind}: ${outcome.fault.what}`)
  }

  /** An Engine answers once it has begun to start what it is to start. */
  async function afterRestart(): Promise<readonly string[]> {
    await engine.kill()
    await engine.start()
    const running = await engine.docker.listContainers()
    return running.map(({ Names }) => Names[0]?.slice(1) ?? '').sort()
  }
})
