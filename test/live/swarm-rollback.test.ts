import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { until } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { inside } from '../engines/inside.ts'
import { eventsSince } from '../engines/shop.ts'
import { openSwarm, running, type TestImage, type TestSwarm } from '../engines/swarm.ts'
import { runsOf, stateOf } from './support.ts'
import { openStage } from './swarm-stage.ts'

const tests = (): void => {
  let swarm: TestSwarm
  let good: TestImage
  let bad: TestImage
  let stage: ReturnType<typeof openStage>
  beforeAll(async () => {
    swarm = await openSwarm()
    good = await swarm.image({ name: 'shop/api:1.2.2' })
    bad = await swarm.image({ name: 'shop/api:1.3.0' })
  })
  afterAll(() => swarm.close())
  beforeEach(async () => {
    await swarm.clear()
    stage = openStage(swarm)
  })
  afterEach(async () => {
    await stage.close()
    await swarm.clear()
  })
  const imagesRun = async (): Promise<readonly string[]> =>
    running(await swarm.tasks())
      .map(({ Spec }) => Spec.ContainerSpec.Image)
      .sort()
  const endsAndStarts = async (since: number): Promise<readonly string[]> => {
    const all = await Promise.all(
      swarm.engines.map(({ docker }) => eventsSince(docker, since, { type: ['container'], event: ['die', 'start'] })),
    )
    return all
      .flat()
      .sort((a, b) => a.timeNano - b.timeNano)
      .map(({ Action }) => Action)
  }

  test('is planned beside a deploy that goes on: the plan names it, and so does what is said where there is none', async () => {
    await swarm.deploy({ image: good, replicas: 3, updateConfig: { Delay: 300e9 } })
    await swarm.label('com.docker.stack.namespace', 'shop')
    expect((await stage.astern(['record', '--version', '1.2.2'])).code).toBe(0)
    await swarm.redeploy(bad, {}, 'begun')
    await until(async () => (await imagesRun()).includes(bad.reference))
    const named =
      /shop-swarm: a deploy is under way by stack shop \(updating shop_api; the newest sign is \d+ s old\): /
    const planned = await stage.astern(['plan', '--json'])
    const { plan } = JSON.parse(planned.stdout) as { plan: { warnings: readonly string[] } }
    expect(plan.warnings[0]).toMatch(named)
    const refused = await stage.astern(['plan', '--version', '1.2.1'])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(named)])
  })

  test('is one rolling update, node after node, with the configs that were recorded, and every task is proven', async () => {
    const before = await swarm.config('shop-api-1', 'mode: old')
    const file = (ConfigID: string, ConfigName: string) => ({
      Configs: [{ ConfigID, ConfigName, File: { Name: '/etc/api.yaml', UID: '0', GID: '0', Mode: 0o444 } }],
    })
    await swarm.deploy({ image: good, replicas: 3, containerSpec: file(before, 'shop-api-1') })
    const recorded = await stage.astern(['record', '--version', '1.2.2'])
    expect(`${recorded.code} ${recorded.stderr}`).toMatch(/^0 /)
    await swarm.redeploy(bad, file(await swarm.config('shop-api-2', 'mode: new'), 'shop-api-2'))

    const planned = await stage.astern(['plan', '--json'])
    const { plan } = JSON.parse(planned.stdout) as {
      plan: { drift: readonly string[]; steps: readonly { id: string }[] }
    }
    expect(plan.drift).toEqual([
      'api@shop-swarm: config shop-api-1 comes back, config shop-api-2 goes, as recorded with 1.2.2',
    ])
    expect(plan.steps.map(({ id }) => id).filter(id => id.startsWith('api@'))).toEqual([
      'api@shop-swarm.update',
      'api@shop-swarm.health',
      'api@shop-swarm.prove',
    ])
    const since = Date.now() / 1000
    const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)

    expect(await imagesRun()).toEqual([good.reference, good.reference, good.reference])
    const starts = await swarm.starts(since)
    expect(starts.map(({ image }) => image)).toEqual(['1.2.2', '1.2.2', '1.2.2'])
    expect(starts.map(({ node }) => node).sort()).toEqual(swarm.engines.map(({ namespace }) => namespace).sort())
    expect(await endsAndStarts(since)).toEqual(['die', 'start', 'die', 'start', 'die', 'start'])
    const { Spec } = await swarm.service()
    expect(Spec.TaskTemplate.ContainerSpec.Configs).toMatchObject([{ ConfigID: before, ConfigName: 'shop-api-1' }])
    expect(Spec.UpdateConfig).toMatchObject({ FailureAction: 'pause', Parallelism: 1, Order: 'stop-first' })
    const [run = ''] = runsOf(stage.home)
    const steps = stateOf(run).steps
    expect([steps['api@shop-swarm.update']?.status, steps['api@shop-swarm.prove']?.status]).toEqual(['ok', 'ok'])
    const evidence = readFileSync(join(run, 'evidence', 'api@shop-swarm.prove.1.log'), 'utf8')
    for (const { namespace } of swarm.engines) expect(evidence).toContain(`on ${namespace}: ${good.digest}`)
  })

  test('gives the recorded secret back to every task, and its value stands nowhere in the run', async () => {
    const before = await swarm.secret('shop-key-1', 'key-of-then')
    const file = (SecretID: string, SecretName: string) => ({
      Secrets: [{ SecretID, SecretName, File: { Name: 'key', UID: '0', GID: '0', Mode: 0o400 } }],
    })
    await swarm.deploy({ image: good, replicas: 3, containerSpec: file(before, 'shop-key-1') })
    await stage.astern(['record', '--version', '1.2.2'])
    await swarm.redeploy(bad, file(await swarm.secret('shop-key-2', 'key-of-today'), 'shop-key-2'))
    expect(await readInTasks('/run/secrets/key')).toEqual(onEach('key-of-today'))
    const planned = await stage.astern(['plan'])
    expect(planned.stdout).toContain('secret shop-key-1 comes back, secret shop-key-2 goes, as recorded with 1.2.2')
    const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
    expect(await readInTasks('/run/secrets/key')).toEqual(onEach('key-of-then'))
    const { Spec } = await swarm.service()
    expect(Spec.TaskTemplate.ContainerSpec.Secrets).toEqual(file(before, 'shop-key-1').Secrets)
    const [run = ''] = runsOf(stage.home)
    expect(readFileSync(join(run, 'journal.jsonl'), 'utf8')).not.toMatch(/key-of-(then|today)/)
  })

  const onEach = (text: string): readonly unknown[] => swarm.engines.map(() => expect.stringContaining(text) as unknown)
  const readInTasks = async (path: string): Promise<readonly string[]> => {
    const read = swarm.engines.map(async ({ docker }) => {
      const [task] = await docker.listContainers()
      return inside(docker, task?.Id ?? '', ['cat', path])
    })
    return Promise.all(read)
  }

  test('in an emergency ends every task before the first of the target starts, and has as many again', async () => {
    await swarm.deploy({ image: good, replicas: 3 })
    await stage.astern(['record', '--version', '1.2.2'])
    await swarm.redeploy(bad)
    const before = (await swarm.service()).Spec
    const since = Date.now() / 1000
    const ran = await stage.astern(['rollback', '--emergency', '--headless', '--confirm', 'shop'])
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
    expect(await endsAndStarts(since)).toEqual(['die', 'die', 'die', 'start', 'start', 'start'])
    expect(await imagesRun()).toEqual([good.reference, good.reference, good.reference])
    const { Spec } = await swarm.service()
    const { TaskTemplate } = before
    const image = { ...TaskTemplate.ContainerSpec, Image: good.reference }
    expect(Spec).toEqual({ ...before, TaskTemplate: { ...TaskTemplate, ContainerSpec: image } })
  })

  test('that a service was updated by goes forward again by its undo', async () => {
    await swarm.deploy({ image: good, replicas: 3 })
    await stage.astern(['record', '--version', '1.2.2'])
    await swarm.redeploy(bad)
    const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
    const [run = ''] = runsOf(stage.home)
    const undone = await stage.astern(['undo', run.split('/').at(-1) ?? '', '--headless', '--confirm', 'shop'])
    expect(`${undone.code} ${undone.stdout}`).toMatch(/^0 /)
    expect(await imagesRun()).toEqual([bad.reference, bad.reference, bad.reference])
    expect(stateOf(runsOf(stage.home).at(-1) ?? '').steps['api@shop-swarm.update']?.status).toBe('ok')
  })
}

describeWithEngines('a rollback on a Swarm of three nodes', tests, ['docker-registry'])
