import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ServiceCommand } from '../../src/state/command.ts'
import type { Outcome } from '../../src/targets/outcome.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { dockerConfig, eventsSince, removeAll } from '../engines/shop.ts'

const instance = { service: 'api', host: 'web-1' }
/** What an Engine says of a change that was made. */
const changes = ['create', 'rename', 'start', 'die', 'destroy', 'connect']

describeWithEngines('an engine killed inside a recreation, before and after each of its mutations,', () => {
  let engine: TestEngine
  let good: string
  let bad: string
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    bad = await importImage(engine.docker, { name: 'shop/api:1.3.0' })
    for (const Name of ['front', 'back']) await engine.docker.createNetwork({ Name })
  })
  afterAll(() => engine?.close())
  beforeEach(() => removeAll(engine.docker))
  afterEach(() => removeAll(engine.docker))

  const commands = (): readonly ServiceCommand[] => [
    { kind: 'service.stop', ...instance, graceMs: 1000 },
    { kind: 'service.point', ...instance, release: '1.2.2', digest: good },
    { kind: 'service.start', ...instance, release: '1.2.2', digest: good, restart: { name: 'always', retries: 0 } },
    { kind: 'service.stop', ...instance, graceMs: 1000 },
    { kind: 'service.point', ...instance, release: '1.3.0', digest: bad },
    { kind: 'service.start', ...instance, release: '1.3.0', digest: bad, restart: { name: 'always', retries: 0 } },
  ]

  test.each([
    ['that stays', false],
    ['that is removed when it ends', true],
  ])(
    'goes on from there: a container %s comes back and goes forth with nothing done twice',
    async (_, autoRemove) => {
      const undisturbed = await wholeWay(autoRemove, () => null)
      for (const when of ['before', 'after'] as const) {
        for (let mutation = 1; ; mutation += 1) {
          await removeAll(engine.docker)
          let killed = 0
          const disturbed = await wholeWay(
            autoRemove,
            () => ({ when, mutation }),
            () => (killed += 1),
          )
          expect([when, mutation, disturbed]).toEqual([when, mutation, undisturbed])
          if (killed === 0) break
        }
      }
    },
    600_000,
  )

  type End = { readonly when: 'before' | 'after'; readonly mutation: number }

  /** There and back; each command's first engine may be ended, and another one then does the same command. */
  async function wholeWay(autoRemove: boolean, end: () => End | null, onKill: () => void = () => {}) {
    const since = Date.now() / 1000
    const { docker } = engine
    const container = await docker.createContainer({
      name: 'shop-api-1',
      Image: 'shop/api:1.3.0',
      HostConfig: autoRemove
        ? { AutoRemove: true, NetworkMode: 'front' }
        : { RestartPolicy: { Name: 'always' }, NetworkMode: 'front' },
    })
    await docker.getNetwork('back').connect({ Container: container.id, EndpointConfig: { Aliases: ['api'] } })
    await container.start()
    for (const command of commands()) {
      const first = await engineFor(command, end())
      if (first === 'killed') {
        onKill()
        expect((await engineFor(command, null)) !== 'killed').toBe(true)
      }
    }
    const events = await eventsSince(docker, since, { type: ['container', 'network'] })
    const counted = Object.fromEntries(
      changes.map(change => [change, events.filter(({ Action }) => Action === change).length]),
    )
    const { Config, HostConfig, Image, State, NetworkSettings } = await docker.getContainer('shop-api-1').inspect()
    return {
      counted,
      Image,
      running: State.Running,
      restart: HostConfig.RestartPolicy?.Name,
      env: Config.Env,
      networks: Object.keys(NetworkSettings.Networks).toSorted(),
    }
  }

  async function engineFor(command: ServiceCommand, end: End | null): Promise<Outcome | 'killed'> {
    const worker = join(import.meta.dirname, 'services-docker-worker.mjs')
    const env = end === null ? {} : { ASTERN_TEST_END: `${end.when} ${end.mutation}` }
    const child = spawn(process.execPath, [worker, JSON.stringify(dockerConfig(engine))], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    })
    let said = ''
    child.stdout.on('data', chunk => {
      said += String(chunk)
    })
    child.stdin.end(`${JSON.stringify({ command, run: 'run-1', who: 'ana' })}\n`)
    const [, signal] = (await once(child, 'close')) as [number | null, string | null]
    if (signal === 'SIGKILL') return 'killed'
    const outcome = JSON.parse(said) as Outcome
    if (!outcome.ok) throw new Error(`${command.kind}: ${outcome.fault.what} ${outcome.fault.detail ?? ''}`)
    return outcome
  }
})
