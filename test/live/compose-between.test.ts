import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ServiceCommand } from '../../src/state/command.ts'
import type { ContainerName } from '../../src/state/manifest.ts'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'
import { contextOf, permitFor, quiet } from '../contract/services-shop.ts'
import { openComposeProject, type ComposeProject } from '../engines/compose.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { dockerConfig, removeAll } from '../engines/shop.ts'

const where = { service: 'api', host: 'web-1' }
const container: ContainerName = { kind: 'compose', project: 'shop', service: 'api', number: 1 }

/** Compose tells containers apart by labels, and what was replaced has those of what replaced it. */
const tests = (): void => {
  let engine: TestEngine
  let project: ComposeProject
  let act: ReturnType<typeof dockerAct>
  let good: string
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, { name: 'shop/service:1.2.2' })
    await importImage(engine.docker, { name: 'shop/service:1.3.0' })
    project = openComposeProject(engine.socket, 'shop', { api: {} })
    const { services, ...config } = dockerConfig(engine)
    act = dockerAct(
      openFleet({ ...config, services: { api: { ...services['api']!, container } }, now: () => new Date() }),
    )
  })
  beforeEach(async () => {
    await removeAll(engine.docker)
    project.use('shop/service:1.3.0')
    await compose('up', '-d')
    await goBack()
    expect(await running()).toEqual(['/shop_api_1 shop/service:1.2.2'])
  })
  afterAll(async () => {
    await act?.close()
    project?.close()
    await engine?.close()
  })

  test('up, with the bad release in the file still, brings back what was replaced: that is seen, and gone back from', async () => {
    await compose('up', '-d')
    expect(await running()).toEqual([expect.stringMatching(/^\/shop_api_1\.astern-was-.* shop\/service:1\.3\.0$/)])
    expect(await act.observe(where)).toMatchObject({ state: 'running', release: '1.3.0' })
    await goBack()
    expect(await running()).toEqual(['/shop_api_1 shop/service:1.2.2'])
    expect(await act.observe(where)).toMatchObject({ state: 'running', release: '1.2.2' })
  })

  test('start starts what was replaced beside what runs: that is told, and a stop ends both', async () => {
    await compose('start')
    expect(await running()).toHaveLength(2)
    expect((await act.surroundings(where)).filter(line => line.includes('runs beside it'))).toEqual([
      expect.stringMatching(/^shop_api_1\.astern-was-\w+ runs beside it, though it was replaced: /),
    ])
    const stop = { kind: 'service.stop', ...where, graceMs: 1000 } as const
    expect(await act.probe(stop, contextOf())).toMatchObject({ verdict: 'not yet' })
    await apply(stop)
    expect(await running()).toEqual([])
    expect(await act.probe(stop, contextOf())).toMatchObject({ verdict: 'holds' })
  })

  async function running(): Promise<readonly string[]> {
    const all = await engine.docker.listContainers()
    return all.map(({ Names, Image }) => `${Names[0]} ${Image}`)
  }

  async function goBack(): Promise<void> {
    const to = { ...where, release: '1.2.2', digest: good }
    await apply({ kind: 'service.stop', ...where, graceMs: 1000 })
    await apply({ kind: 'service.point', ...to })
    await apply({ kind: 'service.start', ...to, restart: { name: 'unless-stopped', retries: 0 } })
  }

  async function apply(command: ServiceCommand): Promise<void> {
    const outcome = await act.apply(command, permitFor(command), contextOf(), quiet)
    if (!outcome.ok) throw new Error(`${command.kind}: ${outcome.fault.what} ${outcome.fault.detail ?? ''}`)
  }

  async function compose(...args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await project.compose(...args)
    if (code !== 0) throw new Error(`docker-compose ${args.join(' ')}: ${code}\n${stdout}${stderr}`)
  }
}

describeWithEngines('Compose between two rollbacks', tests, ['docker-compose'])
