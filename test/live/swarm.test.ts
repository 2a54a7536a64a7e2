import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import { eventsSince } from '../engines/shop.ts'
import { openSwarm, running, swarmConfig, type TestImage, type TestSwarm } from '../engines/swarm.ts'
import { cli, endEngines, finished, runsOf, stateOf, type Ran } from './support.ts'

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

  describe('a rollback', () => {
    test('is one rolling update, node after node, with the configs that were recorded, and every task is proven', async () => {
      const stage = openStage(swarm)
      open.push(stage)
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

    test('that a service was updated by goes forward again by its undo', async () => {
      const stage = openStage(swarm)
      open.push(stage)
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
  })

  const endsAndStarts = async (since: number): Promise<readonly string[]> => {
    const all = await Promise.all(
      swarm.engines.map(({ docker }) => eventsSince(docker, since, { type: ['container'], event: ['die', 'start'] })),
    )
    return all
      .flat()
      .sort((a, b) => a.timeNano - b.timeNano)
      .map(({ Action }) => Action)
  }

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

/** The built program with a home of its own, and a manifest of the service on the Swarm. */
function openStage({ manager, registry }: TestSwarm) {
  const directory = mkdtempSync(join(tmpdir(), 'astern-swarm-'))
  const home = join(directory, 'home')
  const manifest = join(directory, 'astern.yaml')
  const written = {
    environment: { name: 'shop', class: 'drill' },
    hosts: { 'shop-swarm': { swarm: `unix://${manager.socket}`, address: manager.address } },
    services: {
      api: {
        hosts: ['shop-swarm'],
        swarm: 'shop_api',
        stop: { grace: '2s' },
        health: { http: 'http://{host}:8081/healthz' },
        identity: { http: 'http://{host}:8081/version', json: '$.version' },
      },
    },
    checks: [
      { name: 'api answers', http: { url: `http://${manager.address}:8081/healthz` }, assert: [{ status: 200 }] },
    ],
    notify: { log: { file: 'log.ndjson' } },
    timing: { probe_interval: '50ms', stable: '200ms', watch: '0ms', health_deadline: '30s', probe_timeout: '10s' },
  }
  writeFileSync(manifest, JSON.stringify(written))
  return {
    home,
    astern: (args: readonly string[]): Promise<Ran> =>
      finished(
        spawn(process.execPath, [cli, ...args, '--config', manifest], {
          stdio: ['ignore', 'pipe', 'pipe'],
          cwd: '/',
          env: {
            ...process.env,
            ASTERN_HOME: home,
            DOCKER_CONFIG: registry.clientConfig(registry.account.password),
          },
        }),
      ),
    close: async () => {
      await endEngines(home)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

describeWithEngines('on a Swarm of three nodes', tests, ['docker-registry'])
