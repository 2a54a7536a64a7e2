import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Plan } from '../../src/state/plan.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { eventsSince } from '../engines/shop.ts'
import { openContainerStage, type ContainerStage } from './program-container-stage.ts'
import { moveNotes } from './program-stage.ts'
import { finished, isEngine, runsOf, stateOf, until, untilRun } from './support.ts'

const step = `main.down.${moveNotes}`
const password = randomBytes(12).toString('base64url')
let stage: ContainerStage

describeWithEngines('a migration of Knex whose release is a container', () => {
  beforeAll(async () => void (stage = await openContainerStage({ password })))
  afterAll(() => stage?.close())

  test('runs once in a container of its own from that digest, outlives its engine, is looked at and removed', async () => {
    const { engine, home, start, env } = stage
    const since = Date.now() / 1000
    const before = await sums()
    stage.hold()
    const ended = finished(start(await rollbackArgs()))
    await until(() => stage.begun() === 1, 'the program is at work')
    const run = await untilRun(home, ({ engine: own }) => own !== null, 'a run')
    const pid = stateOf(run).engine?.pid ?? 0
    process.kill(pid, 'SIGKILL')
    await until(() => !isEngine(pid), 'the engine has ended')
    await ended

    const [id = ''] = await stage.programs()
    const { Name, Image, Config, HostConfig, NetworkSettings } = await engine.docker.getContainer(id).inspect()
    const bad = (await engine.docker.getImage('shop/api:1.3.0').inspect()).Id
    const ofRun = run.split('/').at(-1) ?? ''
    expect({
      image: Image,
      entry: Config.Entrypoint,
      argv: Config.Cmd,
      labels: Object.fromEntries(Object.entries(Config.Labels).filter(([name]) => name.includes('astern'))),
      ports: [HostConfig.PortBindings, HostConfig.PublishAllPorts, NetworkSettings.Ports],
      restart: HostConfig.RestartPolicy?.Name,
      networks: Object.keys(NetworkSettings.Networks),
      aliases: NetworkSettings.Networks['shop']?.Aliases?.filter((alias: string) => !id.startsWith(alias)) ?? [],
      environment: Config.Env.filter(entry => /^(MODE|DATABASE_URL)=/.test(entry)).sort(),
    }).toEqual({
      image: bad,
      entry: ['npx'],
      argv: ['--no-install', 'knex', 'migrate:down', moveNotes],
      labels: {
        'com.github.astern.program.environment': 'shop',
        'com.github.astern.program.run': ofRun,
        'com.github.astern.program.step': step,
      },
      ports: [{}, false, {}],
      restart: 'no',
      networks: ['shop'],
      aliases: [],
      environment: [`DATABASE_URL=${env['ASTERN_DB_URL'] ?? ''}`, 'MODE=production'],
    })
    expect(Name).toMatch(/^\/astern_shop_program_/)

    const going = finished(start(['attach', ofRun, '--headless']))
    await untilRun(home, ({ steps }) => steps[step]?.status === 'unknown', 'it is looked at')
    stage.goOn()
    expect(await going).toMatchObject({ code: 0, stderr: '' })
    expect(stateOf(run).steps[step]).toMatchObject({ status: 'already', attempt: 1 })
    expect(stateOf(run).steps[step]?.says).toMatch(/; its program ended with 0: going back as .*\*\*\*/)
    expect([stage.begun(), await stage.programs(), await stage.columns()]).toEqual([1, [], ['id', 'customer']])
    const events = await eventsSince(engine.docker, since, { type: ['container'], event: ['start'] })
    expect(events.filter(({ Actor }) => (Actor.Attributes['name'] ?? '').includes('_program_'))).toHaveLength(1)
    expect(everythingIn(run)).not.toContain(password)

    const undone = await undo(ofRun)
    expect([undone.code, undone.stderr]).toEqual([0, ''])
    expect([await sums(), await stage.programs(), await stage.columns()]).toEqual([
      before,
      [],
      ['id', 'customer', 'note'],
    ])
  })
}, ['mariadbd'])

async function rollbackArgs(): Promise<readonly string[]> {
  const planned = await finished(stage.start(['plan', '--json']))
  const { hash, plan } = JSON.parse(planned.stdout) as { hash: string; plan: Plan }
  expect(plan.blockers).toEqual([])
  return ['rollback', '--headless', '--confirm', 'shop', '--confirm', 'main', '--confirm-plan', hash]
}

async function undo(run: string) {
  const args = ['undo', run, '--headless', '--confirm', 'shop', '--confirm', 'main']
  const held = await finished(stage.start(args))
  if (held.code !== 4) return held
  const last = runsOf(stage.home).at(-1) ?? ''
  const hash = stateOf(last).plan?.hash ?? ''
  await finished(stage.start(['stop', last.split('/').at(-1) ?? '', '--reason', 'to approve it by its hash']))
  return finished(stage.start([...args, '--confirm-plan', hash]))
}

async function sums(): Promise<unknown> {
  return (await stage.root.query('CHECKSUM TABLE shop.customers, shop.orders EXTENDED'))[0]
}

function everythingIn(run: string): string {
  const files = readdirSync(run, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return files.map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n')
}
