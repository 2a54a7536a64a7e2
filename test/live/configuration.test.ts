import { basename } from 'node:path'
import type Docker from 'dockerode'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openDockerStage, runApi, type DockerStage } from './docker-stage.ts'
import { runsOf } from './support.ts'

const recorded = ['MODE=as-recorded', 'OLD=1', 'PAYMENT_KEY=of-then']
const todays = ['MODE=of-today', 'FEATURE_X=on', 'PAYMENT_KEY=of-today']
const headless = ['rollback', '--headless', '--confirm', 'shop']

const tests = (): void => {
  let stage: DockerStage
  let docker: Docker
  beforeAll(async () => {
    stage = await openDockerStage()
    docker = stage.hosts['web-1'].docker
  })
  beforeEach(async () => {
    await stage.prepare([], recorded)
    await docker.getContainer('shop-api-1').remove({ force: true })
    await runApi(docker, `${stage.repository}:1.3.0`, todays)
  })
  afterAll(() => stage.close())

  test('of today is kept where nothing else is asked for, though a container with the recorded one stands there', async () => {
    await leaveRecorded()
    const plan = await planOf()
    expect(plan.drift).toEqual([
      "api@web-1: since 1.2.2 was recorded, env FEATURE_X was added, env MODE changed, env OLD was taken away, env PAYMENT_KEY changed; today's is taken (--configuration recorded takes that of shop-api-left); secret values are there, and stay today's: PAYMENT_KEY",
    ])
    const ran = await stage.astern([...headless, '--configuration', 'today'])
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
    expect(await runs()).toEqual({ version: '1.2.2', env: todays.toSorted() })
  })

  test('that was recorded comes back exactly, but for secret values, and goes again with an undo', async () => {
    await leaveRecorded()
    const ran = await stage.astern([...headless, '--configuration', 'recorded'])
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
    expect(await runs()).toEqual({ version: '1.2.2', env: ['MODE=as-recorded', 'OLD=1', 'PAYMENT_KEY=of-today'] })
    expect(await exposed()).toEqual({ '8080/tcp': [{ HostIp: '', HostPort: '8081' }] })
    expect(await statusOf('shop-api-left')).toBe('created')
    const run = basename(runsOf(stage.home()).at(-1) ?? '')
    const undone = await stage.astern(['undo', run, '--headless', '--confirm', 'shop'])
    expect(`${undone.code} ${undone.stdout}${undone.stderr}`).toMatch(/^0 /)
    expect(await runs()).toEqual({ version: '1.3.0', env: todays.toSorted() })
  })

  test('that was recorded, and that no container has any more, blocks the plan and stops nothing', async () => {
    const plan = await planOf('recorded')
    expect(plan.blockers).toEqual([
      "api@web-1: the configuration recorded with 1.2.2 cannot be taken: values are kept in no record, and no stopped container on its host has them. Take today's (leave --configuration out), or create a container of 1.2.2 by hand as it was, do not start it, and plan again",
    ])
    const ran = await stage.astern([...headless, '--configuration', 'recorded'])
    expect(ran.code).not.toBe(0)
    expect(await runs()).toEqual({ version: '1.3.0', env: todays.toSorted() })
  })

  test('that was recorded is not taken from a container with other values', async () => {
    await leaveRecorded(['MODE=another', 'OLD=1', 'PAYMENT_KEY=of-then'])
    expect((await planOf('recorded')).blockers).toHaveLength(1)
  })

  /** As a deploy does that keeps what it replaced, under another name. */
  async function leaveRecorded(env = recorded): Promise<void> {
    await docker.createContainer({
      name: 'shop-api-left',
      Image: `${stage.repository}:1.2.2`,
      Env: [...env],
      HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '8081' }] }, RestartPolicy: { Name: 'unless-stopped' } },
      ExposedPorts: { '8080/tcp': {} },
    })
  }

  async function planOf(configuration = 'today') {
    const planned = await stage.astern(['plan', '--json', '--configuration', configuration])
    return (JSON.parse(planned.stdout) as { plan: { drift: readonly string[]; blockers: readonly string[] } }).plan
  }

  async function runs(): Promise<{ readonly version: string; readonly env: readonly string[] }> {
    const { Config, State } = await docker.getContainer('shop-api-1').inspect()
    const image = await docker.getImage(Config.Image).inspect()
    const env = Config.Env.filter(entry => !(image.Config.Env ?? []).includes(entry))
    return { version: State.Running ? (Config.Image.split(':').at(-1) ?? '') : 'down', env: env.toSorted() }
  }

  async function exposed(): Promise<unknown> {
    return (await docker.getContainer('shop-api-1').inspect()).HostConfig.PortBindings
  }

  async function statusOf(name: string): Promise<string> {
    return (await docker.getContainer(name).inspect()).State.Status
  }
}

describeWithEngines('the configuration', tests)
