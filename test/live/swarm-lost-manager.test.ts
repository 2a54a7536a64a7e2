import { afterEach, beforeEach, expect, test } from 'vitest'
import { until as eventually } from '../contract/services-shop.ts'
import type { TestEngine } from '../engines/engine.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { eventsSince } from '../engines/shop.ts'
import { openSwarm, type SwarmService, type SwarmTask, type TestImage, type TestSwarm } from '../engines/swarm.ts'
import { finished, linesOf, runsOf, stateOf, until } from './support.ts'
import { openStage } from './swarm-stage.ts'

/** The managers choose a leader anew, and a call to one that is silent takes its deadline. */
const patience = 270_000

/**
 * Judged by each task's own health check, since the kernel here may have no ip_vs for the routing mesh. Each look is three events, of
 * which an Engine keeps 256: looks in quick succession push out those that are counted at the end.
 */
const containerSpec = { Healthcheck: { Test: ['CMD', '/bin/busybox', 'true'], Interval: 3e9, Retries: 1 } }

describeWithEngines('a rollback on a Swarm of three managers, all of them named', () => {
  let swarm: TestSwarm
  let stage: ReturnType<typeof openStage>
  let good: TestImage
  let bad: TestImage
  beforeEach(async () => {
    // A new leader that hears of a busy node a few seconds late would move its task, which is no doing of Astern's.
    swarm = await openSwarm(3, 20)
    good = await swarm.image({ name: 'shop/api:1.2.2' })
    bad = await swarm.image({ name: 'shop/api:1.3.0' })
  })
  afterEach(async () => {
    await stage?.close()
    await swarm?.close()
  })

  test('goes on through another when the one named first is cut off in the middle of an update, and does nothing twice', async () => {
    const [second, third] = swarm.workers as [TestEngine, TestEngine]
    await prepare(second, [second, third, swarm.manager])
    await loseDuring('api@shop-swarm.update', [], second, lost => lost.link('down'))
    await expectOnce([third, swarm.manager])
  }, 600_000)

  test('goes on when the leader, which is not the one named first, is killed in the middle of an update', async () => {
    const [second, third] = swarm.workers as [TestEngine, TestEngine]
    await prepare(swarm.manager, [second, third, swarm.manager], 2, null)
    await loseDuring('api@shop-swarm.update', [], swarm.manager, lost => lost.kill())
    await expectUpdated([second, third])
  }, 600_000)

  test('in an emergency goes on when the leader, named first, is cut off while its tasks are down', async () => {
    const [second, third] = swarm.workers as [TestEngine, TestEngine]
    // One task per node: what two on one node would be is no question of this test.
    await prepare(swarm.manager, [swarm.manager, second, third], null)
    await loseDuring('api@shop-swarm.point', ['--emergency'], swarm.manager, lost => lost.link('down'))
    await expectOnce([second, third])
  }, 600_000)

  /** `lost` runs no task, as a manager that does nothing else. */
  async function prepare(
    lost: TestEngine,
    named: readonly TestEngine[],
    replicas: number | null = 2,
    answersAt: string | null = swarm.engines.filter(engine => engine !== lost).at(-1)?.address ?? '',
  ): Promise<void> {
    stage = openStage(swarm, {
      host: { swarm: named.map(({ address }) => `tcp://${address}:2375`), tls: 'none' },
      service: {},
      answersAt,
    })
    await swarm.deploy({ image: good, replicas, notOn: lost, containerSpec, updateConfig: { Delay: 1e9 } })
    const recorded = await stage.astern(['record', '--version', '1.2.2'])
    expect(`${recorded.code} ${recorded.stderr}`).toMatch(/^0 /)
    await swarm.redeploy(bad)
  }

  async function loseDuring(
    step: string,
    options: readonly string[],
    lost: TestEngine,
    lose: (lost: TestEngine) => unknown,
  ): Promise<void> {
    const since = Date.now() / 1000
    begun = since
    const child = stage.start(['rollback', ...options, '--headless', '--confirm', 'shop'])
    const ended = finished(child)
    await until(
      () =>
        runsOf(stage.home).some(run =>
          linesOf(run).some(({ event }) => event.kind === 'step.begun' && event.step === step),
        ),
      `${step} begins`,
      patience,
    )
    if (step.endsWith('.update')) await eventually(async () => (await swarm.starts(since)).length > 0)
    await lose(lost)
    const ran = await ended
    const [run = ''] = runsOf(stage.home)
    const troubles = Object.values(stateOf(run).steps).flatMap(({ id, fault }) => (fault == null ? [] : [id, fault]))
    if (ran.code !== 0) throw new Error(`${ran.code} ${ran.stdout} ${ran.stderr} ${JSON.stringify(troubles)}`)
    expect(stateOf(run).closed?.outcome).toBe('reached')
  }

  /**
   * By the Swarm's word alone: what a new leader of an Engine 20.10 moves once more by itself, or loses sight of (a task that it calls
   * running, on a node where no container is), is no doing of Astern's. Asked for once, and all that was asked for.
   */
  async function expectUpdated(left: readonly TestEngine[]): Promise<void> {
    const [manager] = left as [TestEngine]
    const tasks = await manager.docker.listTasks({ filters: { service: ['shop_api'], 'desired-state': ['running'] } })
    const images = tasks.map(task => (task as SwarmTask).Spec.ContainerSpec.Image)
    expect(images).toEqual([good.reference, good.reference])
    const [run = ''] = runsOf(stage.home)
    const updates = linesOf(run).filter(({ event }) => event.kind === 'step.begun' && event.step.endsWith('.update'))
    expect(updates).toHaveLength(1)
    await expectSpec(left)
  }

  let begun = 0

  /** By the events of the Engines that are left: each task ended once, and one of the target came once in its place. */
  async function expectOnce(left: readonly TestEngine[]): Promise<void> {
    const seen = await Promise.all(
      left.map(async ({ docker }) => {
        const events = await eventsSince(docker, begun, { type: ['container'], event: ['start', 'die'] })
        return events.map(({ Action, Actor }) => `${Action} ${/:([^:@]+)@/.exec(Actor.Attributes['image'] ?? '')?.[1]}`)
      }),
    )
    expect(seen.map(events => events.toSorted())).toEqual(left.map(() => ['die 1.3.0', 'start 1.2.2']))
    await expectSpec(left)
  }

  async function expectSpec([manager]: readonly TestEngine[]): Promise<void> {
    if (manager === undefined) throw new Error('no manager is left')
    const { Spec } = (await manager.docker.getService('shop_api').inspect()) as SwarmService
    expect(Spec.TaskTemplate.ContainerSpec.Image).toBe(good.reference)
    expect(Spec.Labels).toEqual({})
  }
}, ['docker-registry'])
