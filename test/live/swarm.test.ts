import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ServiceCommand } from '../../src/state/command.ts'
import type { Outcome } from '../../src/targets/outcome.ts'
import type { ServiceAct } from '../../src/targets/services/port.ts'
import { swarmAct } from '../../src/targets/services/swarm/act/act.ts'
import { openSwarms } from '../../src/targets/services/swarm/layout.ts'
import { swarmLook } from '../../src/targets/services/swarm/look.ts'
import { openWorker } from '../contract/services-engine.ts'
import { contextOf, permitFor, quiet, until } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openRecorder } from '../engines/recorder.ts'
import { openSwarm, running, swarmConfig, type TestImage, type TestSwarm } from '../engines/swarm.ts'

const instance = { service: 'api', host: 'shop-swarm' }

const tests = (): void => {
  let swarm: TestSwarm
  let good: TestImage
  let bad: TestImage
  let crashing: TestImage
  /** Runs for a second. */
  let dying: TestImage
  beforeAll(async () => {
    swarm = await openSwarm()
    good = await swarm.image({ name: 'shop/api:1.2.2' })
    bad = await swarm.image({
      name: 'shop/api:1.3.0',
      files: { 'migrations/1.sql': 'CREATE TABLE orders (id INT);\n' },
    })
    crashing = await swarm.image({
      name: 'shop/api:1.2.1',
      command: ['/bin/busybox', 'sh', '-c', 'echo "ERROR no such table: orders" >&2; exit 3'],
    })
    dying = await swarm.image({
      name: 'shop/api:1.2.0',
      command: ['/bin/busybox', 'sh', '-c', 'sleep 1; exit 3'],
    })
  })
  afterAll(() => swarm.close())

  const open: { readonly close: () => Promise<void> }[] = []
  beforeEach(() => swarm.clear())
  afterEach(async () => {
    await Promise.all(open.splice(0).map(one => one.close()))
    await swarm.clear()
  })
  const actOn = (changes: Parameters<typeof swarmConfig>[1] = {}): ServiceAct => {
    const act = swarmAct(openSwarms({ ...swarmConfig(swarm, changes), now: () => new Date() }))
    open.push(act)
    return act
  }
  const apply = (
    act: ServiceAct,
    command: ServiceCommand,
    evidence = quiet as (text: string) => void,
  ): Promise<Outcome> => act.apply(command, permitFor(command), contextOf(), evidence)
  const update = ({ release, digest, reference }: TestImage, more: object = {}) =>
    ({
      kind: 'service.update',
      ...instance,
      release,
      digest,
      image: reference,
      monitorMs: 500,
      followMs: 60_000,
      ...more,
    }) as const
  const imagesRun = async (): Promise<readonly string[]> =>
    running(await swarm.tasks())
      .map(({ Spec }) => Spec.ContainerSpec.Image)
      .sort()

  describe('an update', () => {
    test('to what crash-loops pauses, says what its task failed of and where, and nothing rolls back by itself', async () => {
      await swarm.deploy({ image: bad, replicas: 3, updateConfig: { FailureAction: 'rollback', Delay: 2e9 } })
      const act = actOn()
      const since = Date.now() / 1000
      const outcome = await apply(act, update(crashing))
      if (outcome.ok) throw new Error('it went well')
      expect(outcome.fault).toMatchObject({
        code: 'service.update-paused',
        what: expect.stringMatching(/task \w{12} on as\d+n\d failed: task: non-zero exit \(3\)$/),
        detail: 'ERROR no such table: orders',
      })
      expect(outcome.fault.means).toContain('0 of 3 tasks are updated, 2 still run what they ran')
      expect(swarm.engines.some(({ namespace }) => outcome.fault.what.includes(namespace))).toBe(true)
      expect((await swarm.service()).UpdateStatus?.State).toBe('paused')
      expect(await imagesRun()).toEqual([bad.reference, bad.reference])
      expect(new Set((await swarm.starts(since)).map(({ image }) => image))).toEqual(new Set(['1.2.1']))
      expect(await act.probe(update(crashing), contextOf())).toMatchObject({ verdict: 'not yet' })
      expect((await act.observe(instance)).note).toContain('its update is paused')

      const back = await apply(act, update(bad))
      expect(back.ok ? 'ok' : back.fault).toBe('ok')
      expect(await imagesRun()).toEqual([bad.reference, bad.reference, bad.reference])
    })

    test('to what a person went back to by hand meanwhile is done already', async () => {
      await swarm.deploy({ image: good, replicas: 3, updateConfig: { FailureAction: 'pause' } })
      await swarm.redeploy(bad)
      await swarm.rollBack()
      const act = actOn()
      const { Version } = await swarm.service()
      expect(await act.probe(update(good), contextOf())).toMatchObject({ verdict: 'holds' })
      const outcome = await apply(act, update(good))
      expect(outcome.ok ? 'ok' : outcome.fault).toBe('ok')
      expect((await swarm.service()).Version.Index).toBe(Version.Index)
      expect((await act.observe(instance)).note).toContain('its update is rollback completed')
    })

    test('to what ends after its tasks counted as running pauses all the same, if they end while it looks on', async () => {
      await swarm.deploy({ image: bad, replicas: 3, updateConfig: { Delay: 3e9, Monitor: 1e8 } })
      const outcome = await apply(actOn(), update(dying, { monitorMs: 5000 }))
      expect(outcome).toMatchObject({ ok: false, fault: { code: 'service.update-paused' } })
      expect(await imagesRun()).toEqual(expect.arrayContaining([bad.reference, bad.reference]))
    })

    test('whose target is there already sends nothing, and one of as many tasks at once as it is told keeps the rest of update_config', async () => {
      await swarm.deploy({ image: bad, replicas: 3, updateConfig: { Order: 'stop-first', FailureAction: 'continue' } })
      const act = actOn()
      expect((await apply(act, update(good, { parallelism: 3 }))).ok).toBe(true)
      const { Version, Spec } = await swarm.service()
      expect(Spec.UpdateConfig).toMatchObject({
        Parallelism: 3,
        FailureAction: 'pause',
        Monitor: 5e8,
        Order: 'stop-first',
      })
      expect(await act.probe(update(good), contextOf())).toMatchObject({ verdict: 'holds' })
      expect((await apply(act, update(good))).ok).toBe(true)
      expect((await swarm.service()).Version.Index).toBe(Version.Index)
    })

    test('is not proven while a node that is cut off may still run what it ran, and is once that node is back', async () => {
      await swarm.deploy({ image: bad, replicas: 3, published: false })
      const act = actOn({ health: null, identity: null })
      const [lost] = swarm.workers
      if (lost === undefined) throw new Error('there is no worker')
      lost.link('down')
      try {
        await until(async () => (await act.observe(instance)).note?.includes(`node ${lost.namespace} gives no answer`))
        const outcome = await apply(act, update(good))
        expect(outcome).toMatchObject({ ok: false, fault: { code: 'swarm.node-silent' } })
        expect(await imagesRun()).toEqual([good.reference, good.reference, good.reference])
        const proof = await act.attempt({ kind: 'service.prove', ...instance, ...releaseOf(good) }, quiet, forever)
        expect(proof).toMatchObject({ ok: false, fault: { code: 'service.not-proven' } })
        expect(proof.ok ? '' : proof.fault.what).toContain(`${lost.namespace} gives no answer, and may still run 1.3.0`)
        const stopping = await apply(act, { kind: 'service.stop', ...instance, graceMs: 2000 })
        expect(stopping).toMatchObject({ ok: false, fault: { code: 'swarm.node-silent' } })
      } finally {
        lost.link('up')
      }
      await until(async () => (await lost.docker.listContainers()).length === 0)
      await until(async () => !(await act.observe(instance)).note?.includes('gives no answer'))
      const again = await apply(act, update(good))
      expect(again.ok ? 'ok' : again.fault).toBe('ok')
      const proof = await act.attempt({ kind: 'service.prove', ...instance, ...releaseOf(good) }, quiet, forever)
      expect(proof.ok ? 'ok' : proof.fault).toBe('ok')
    })

    test('whose engine is killed goes on, and the next engine follows the same one', async () => {
      await swarm.deploy({ image: bad, replicas: 3, updateConfig: { Delay: 1e9 } })
      const since = Date.now() / 1000
      const engine = openWorker('services-swarm-worker.mjs', swarmConfig(swarm))
      const cut = engine.apply(update(good), 'run-1', 'ana').catch(() => 'cut off')
      await until(async () => (await imagesRun()).includes(good.reference))
      await engine.kill()
      await cut
      const act = actOn()
      expect(await act.probe(update(good), contextOf())).toMatchObject({ verdict: 'not yet' })
      const evidence: string[] = []
      const outcome = await apply(act, update(good), text => void evidence.push(text))
      expect(outcome.ok ? 'ok' : outcome.fault).toBe('ok')
      expect(evidence.filter(text => text.startsWith('update it'))).toEqual([])
      expect((await swarm.starts(since)).map(({ image }) => image)).toEqual(['1.2.2', '1.2.2', '1.2.2'])
    })

    test('is followed over the loss of its only manager, and is over when that is back', async () => {
      await swarm.deploy({ image: bad, replicas: 3, updateConfig: { Delay: 1e9 } })
      const act = actOn()
      const outcome = apply(act, update(good))
      await until(async () => (await imagesRun()).includes(good.reference))
      await swarm.manager.kill()
      await swarm.manager.start()
      const done = await outcome
      expect(done.ok ? 'ok' : done.fault).toBe('ok')
      expect(await imagesRun()).toEqual([good.reference, good.reference, good.reference])
    })

    test.each([
      ['once is read again and sent again, and their change stays', 1, 'ok'],
      ['each time is given up, and nothing was changed', Infinity, 'service.contended'],
    ])('of what somebody else changes between the look and the change %s', async (_, times, result) => {
      await swarm.deploy({ image: bad, replicas: 1, on: swarm.manager })
      const swarms = openSwarms({ ...swarmConfig(swarm), now: () => new Date() })
      const act = swarmAct(swarms)
      open.push(act)
      const { engines } = swarms
      const engine = engines['shop-swarm']
      if (engine === undefined) throw new Error('there is no engine')
      const { call } = engine
      let changes = 0
      const meddling: typeof call = async (what, ask, deadlineMs) => {
        if (what.startsWith('update it') && changes < times) {
          changes += 1
          await swarm.label('theirs', String(changes))
        }
        return call(what, ask, deadlineMs)
      }
      Object.assign(engine, { call: meddling })
      const outcome = await apply(act, update(good))
      expect(outcome.ok ? 'ok' : outcome.fault.code).toBe(result)
      const { Spec } = await swarm.service()
      expect(Spec.Labels).toEqual({ theirs: String(changes) })
      expect(await imagesRun()).toEqual([outcome.ok ? good.reference : bad.reference])
    })

    test('that nobody answered is unknown, and looking settles it', async () => {
      await swarm.deploy({ image: bad, replicas: 3 })
      const recorder = await openRecorder(swarm.manager.socket, 'unanswered')
      open.push(recorder)
      const config = swarmConfig({ ...swarm, manager: { ...swarm.manager, socket: recorder.socket } })
      const act = swarmAct(openSwarms({ ...config, now: () => new Date() }))
      open.push(act)
      expect(await apply(act, update(good))).toMatchObject({ ok: false, unknown: true })
      await until(async () => (await act.probe(update(good), contextOf())).verdict === 'holds')
      expect(await imagesRun()).toEqual([good.reference, good.reference, good.reference])
    })

    test('is asked from inside a task on the manager what it reaches, and says so where there is none', async () => {
      const act = actOn()
      const connect = {
        kind: 'service.connect',
        ...instance,
        to: [{ argv: ['wget', '-q', '-O', '-', 'http://127.0.0.1:8080/healthz'] }],
      } as const
      await swarm.deploy({ image: bad, replicas: 1, on: swarm.manager })
      const reached = await act.attempt(connect, quiet, forever)
      expect(reached.ok ? 'ok' : reached.fault).toBe('ok')
      await swarm.clear()
      const [worker = swarm.manager] = swarm.workers
      await swarm.deploy({ image: bad, replicas: 1, on: worker })
      const outcome = await act.attempt(connect, quiet, forever)
      expect(outcome.ok ? '' : outcome.fault.what).toContain('none of its tasks runs on a manager that is named')
    })

    test('of a service that somebody scaled to no task is refused, since how many it had is not known', async () => {
      await swarm.deploy({ image: bad, replicas: 0 })
      expect(await apply(actOn(), update(good))).toMatchObject({ ok: false, fault: { code: 'service.scaled-to-none' } })
      expect((await swarm.service()).Spec.TaskTemplate.ContainerSpec.Image).toBe(bad.reference)
    })

    test('to what no registry has any more pauses at the first node that lacks it', async () => {
      const [worker = swarm.manager] = swarm.workers
      await swarm.deploy({ image: bad, replicas: 2, on: worker, published: false })
      const lost = await swarm.image({ name: 'shop/api:1.1.0' })
      await swarm.registry.forget(lost.reference.replace(/:[^:/@]+@/, '@'))
      const outcome = await apply(actOn({ health: null, identity: null }), update(lost))
      expect(outcome).toMatchObject({ ok: false, fault: { code: 'service.update-paused' } })
      expect(outcome.ok ? '' : outcome.fault.what).toMatch(/on as\d+n\d rejected: No such image/)
      expect(await imagesRun()).toEqual([bad.reference])
    })

    test('that needs a config which is gone changes nothing', async () => {
      await swarm.deploy({ image: bad, replicas: 3 })
      const before = (await swarm.service()).Version.Index
      const references = { configs: [{ id: 'a'.repeat(25), name: 'shop-api-0', file: null }], secrets: [] }
      const outcome = await apply(actOn(), update(good, { references }))
      expect(outcome).toMatchObject({ ok: false, fault: { code: 'service.references-gone' } })
      expect((await swarm.service()).Version.Index).toBe(before)
    })
  })

  describe('a service with a task on every node', () => {
    test('stops, is pointed and starts again as what it was', async () => {
      await swarm.deploy({ image: bad, replicas: null })
      const act = actOn()
      const before = (await swarm.service()).Spec
      const since = Date.now() / 1000
      expect((await apply(act, { kind: 'service.stop', ...instance, graceMs: 2000 })).ok).toBe(true)
      expect(await act.observe(instance)).toMatchObject({ state: 'stopped', pointed: '1.3.0' })
      const point = { kind: 'service.point', ...instance, ...releaseOf(good), image: good.reference } as const
      expect((await apply(act, point)).ok).toBe(true)
      expect(await swarm.starts(since)).toEqual([])
      const started = await apply(act, { kind: 'service.start', ...instance, ...releaseOf(good) })
      expect(started.ok ? 'ok' : started.fault).toBe('ok')
      expect((await swarm.starts(since)).map(({ image }) => image)).toEqual(['1.2.2', '1.2.2', '1.2.2'])
      const { Spec } = await swarm.service()
      const { TaskTemplate } = before
      const image = { ...TaskTemplate.ContainerSpec, Image: good.reference }
      expect(Spec).toEqual({
        ...before,
        TaskTemplate: { ...TaskTemplate, ContainerSpec: image, Placement: expect.anything() },
      })
    })
  })

  describe('who only looks', () => {
    test('asks with GET alone, and sees what runs where, how it updates and what it logs', async () => {
      await swarm.deploy({ image: bad, replicas: 3 })
      const recorder = await openRecorder(swarm.manager.socket)
      open.push(recorder)
      const config = swarmConfig({ ...swarm, manager: { ...swarm.manager, socket: recorder.socket } })
      const look = swarmLook(openSwarms({ ...config, now: () => new Date() }))
      const seen = await look.observe(instance)
      expect(seen).toMatchObject({ state: 'running', ...releaseOf(bad), pointed: '1.3.0' })
      expect(seen.note).toBeNull()
      expect(seen.image).toEqual({
        name: `${swarm.registry.address}/shop/api:1.3.0`,
        digests: [`${swarm.registry.address}/shop/api@${bad.digest}`],
      })
      const nodes = swarm.engines.map(({ namespace }) => `1 on ${namespace}`).sort()
      expect(await look.health(instance)).toMatchObject({
        state: 'healthy',
        note: `answers 200; 3 tasks run (${nodes.join(', ')})`,
      })
      expect((await look.releases(instance)).map(({ release }) => release)).toContain('1.2.2')
      expect(await look.surroundings(instance)).toEqual([
        'its update_config rolls a failed update back by itself: an update by Astern pauses instead, and leaves it so',
      ])
      expect(await look.errors(instance, 5)).toEqual([])
      expect(await look.files(instance, '1.3.0', '/migrations')).toMatchObject({
        ok: true,
        value: [{ name: '1.sql', text: 'CREATE TABLE orders (id INT);\n' }],
      })
      expect(await look.files(instance, '1.2.2', '/migrations')).toMatchObject({ fault: { code: 'release.no-files' } })
      expect(await look.record('shop-swarm')).toMatchObject({ ok: true })
      expect(await look.hostId('shop-swarm')).toMatchObject({ ok: true })
      const stop = { kind: 'service.stop', ...instance, graceMs: 1000 } as const
      for (const command of [stop, update(good), { ...update(good), kind: 'service.point' } as const])
        expect(await look.probe(command, contextOf())).toMatchObject({ verdict: 'not yet' })
      await look.close()
      expect(new Set(recorder.asked().map(({ method }) => method))).toEqual(new Set(['GET']))
    })

    test('is told by a worker that it is no manager', async () => {
      const [worker] = swarm.workers
      const config = swarmConfig({ ...swarm, manager: worker ?? swarm.manager })
      const look = swarmLook(openSwarms({ ...config, now: () => new Date() }))
      open.push(look)
      expect(await look.observe(instance)).toMatchObject({ state: 'unreachable' })
      expect((await look.observe(instance)).note).toContain('not as a manager of a Swarm')
    })
  })
}

const forever = new AbortController().signal

function releaseOf({ release, digest }: TestImage) {
  return { release, digest }
}

describeWithEngines('on a Swarm of three nodes', tests, ['docker-registry'])
