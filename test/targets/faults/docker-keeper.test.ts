import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { InjectFault } from '../../../src/state/drill/command.ts'
import { dockerFaultLook } from '../../../src/targets/faults/docker/look.ts'
import type { FaultAct } from '../../../src/targets/faults/port.ts'
import {
  actOn,
  container,
  deploy,
  everything,
  isSwept,
  manifestFor,
  onApi,
  policy,
  whatIs,
} from '../../contract/faults-docker-stage.ts'
import { contextOf, permitFor, quiet, until } from '../../contract/services-shop.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { importImage } from '../../engines/images.ts'
import { removeAll } from '../../engines/shop.ts'

const longMs = 600_000

describeWithEngines('the keeper of a fault on an Engine', () => {
  let engine: TestEngine
  let act: FaultAct
  let good: string
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    await importImage(engine.docker, { name: 'shop/api:1.3.0' })
    act = actOn(manifestFor(engine))
  })
  beforeEach(() => deploy(engine.docker))
  afterEach(() => removeAll(engine.docker))
  afterAll(async () => {
    await act.close()
    await engine.close()
  })

  const keeper = 'astern-drill-run-1-one'
  const fault = (what: ReturnType<typeof onApi>, expiresMs = longMs, inject = 'one'): InjectFault => ({
    kind: 'drill.inject',
    inject,
    ...what,
    expiresMs,
  })
  const tryToPut = (injected: InjectFault) => act.apply(injected, permitFor(injected), contextOf(), quiet)
  const put = async (injected: InjectFault) => expect(await tryToPut(injected)).toMatchObject({ ok: true })
  /** Gives what there is then. */
  const takeBack = async (injected: InjectFault) => {
    const undo = { kind: 'drill.undo', injected } as const
    const outcome = await act.apply(undo, permitFor(undo), contextOf(), quiet)
    if (!outcome.ok) throw new Error(JSON.stringify(outcome))
    return outcome.says
  }
  const holds = async (injected: InjectFault) => (await act.probe(injected, contextOf())).verdict === 'holds'
  const seen = async () => (await act.seen()).flatMap(one => (one.ok ? one.value : []))
  const isThere = (name: string) =>
    engine.docker
      .getImage(name)
      .inspect()
      .then(
        () => true,
        () => false,
      )
  const keepers = async () =>
    (await engine.docker.listImages({ filters: { label: ['com.github.astern.keeper'] } })).map(({ Id }) => Id)
  const gone = image('image_gone', { release: '1.2.2' })

  test('that was killed with docker kill holds nothing, is seen, and its fault is taken back as it was', async () => {
    const before = [await everything(engine.docker), await whatIs(engine.docker)]
    await put(gone)
    await engine.docker.getContainer(keeper).kill()
    await until(async () => !(await holds(gone)))
    expect((await seen()).map(({ injected }) => injected)).toEqual([gone])
    expect(await takeBack(gone)).toBe(`web-1: image ${short(good)} is there`)
    expect([await everything(engine.docker), await whatIs(engine.docker)]).toEqual(before)
  })

  test('that was killed is started again by whoever puts its fault there again', async () => {
    const stop = fault(onApi('stop'))
    await put(stop)
    await engine.docker.getContainer(keeper).kill()
    await until(async () => !(await holds(stop)))
    await put(stop)
    expect(await holds(stop)).toBe(true)
    await takeBack(stop)
    expect((await whatIs(engine.docker)).Running).toBe(true)
  })

  test('whose process died goes on, brought back by the Engine, and ends its fault at its time', async () => {
    const before = [await everything(engine.docker), await whatIs(engine.docker)]
    const pause = fault(onApi('pause'), 15_000)
    await put(pause)
    // On a machine that is busy it may have ended by now.
    const { Pid = 0 } =
      (
        await engine.docker
          .getContainer(keeper)
          .inspect()
          .catch(() => null)
      )?.State ?? {}
    if (Pid > 0) process.kill(Pid, 'SIGKILL')
    await until(async () => (await seen()).length === 0 && isSwept(engine.docker))
    expect([await everything(engine.docker), await whatIs(engine.docker)]).toEqual(before)
  })

  test('that somebody removed leaves all that is needed in its volume: another one takes its fault back', async () => {
    const before = [await everything(engine.docker), await whatIs(engine.docker)]
    await put(gone)
    await engine.docker.getContainer(keeper).remove({ force: true, v: true })
    await engine.docker.pruneImages({ filters: { dangling: ['false'] } })
    expect(await isThere('shop/api:1.2.2')).toBe(false)
    expect((await seen()).map(({ run, injected }) => [run, injected])).toEqual([['run-1', gone]])
    expect(await holds(gone)).toBe(false)
    await takeBack(gone)
    expect([await everything(engine.docker), await whatIs(engine.docker)]).toEqual(before)
  })

  test('told to end by docker stop takes its fault back, ends with 0, and is not started again', async () => {
    const before = await whatIs(engine.docker)
    const stop = fault(onApi('stop'))
    await put(stop)
    await engine.docker.getContainer(keeper).stop()
    expect((await engine.docker.getContainer(keeper).inspect()).State).toMatchObject({ Status: 'exited', ExitCode: 0 })
    expect(await whatIs(engine.docker)).toEqual(before)
    expect(await tryToPut(stop)).toMatchObject({ ok: false, fault: { code: 'fault.not-put' } })
    expect([await seen(), await whatIs(engine.docker)]).toEqual([[], before])
  })

  test('is one of several on an image that was brought once, and the last of them takes it away', async () => {
    const [one, two] = [fault(onApi('stop')), fault(onApi('image_gone', { release: '1.2.2' }), longMs, 'two')]
    await put(one)
    const image = await keepers()
    await put(two)
    expect(await keepers()).toEqual(image)
    await takeBack(one)
    expect(await keepers()).toEqual(image)
    await takeBack(two)
    expect(await keepers()).toEqual([])
  })

  test('starts nothing again that somebody has replaced, removed, or taken into their own hands', async () => {
    const stop = fault(onApi('stop'))
    const api = engine.docker.getContainer(container)
    await put(stop)
    const { Id } = await api.inspect()
    await api.rename({ name: `${container}.astern-was-0123456789ab` })
    await deploy(engine.docker, 'shop/api:1.2.2')
    expect(await takeBack(stop)).toContain('was replaced meanwhile')
    expect([(await whatIs(engine.docker)).Running, (await whatIs(engine.docker, Id)).Running]).toEqual([true, false])
    await engine.docker.getContainer(Id).remove()

    await put(stop)
    await engine.docker.getContainer(container).update({ RestartPolicy: { Name: 'no' } })
    expect(await takeBack(stop)).toContain('the restart policy no')
    expect((await whatIs(engine.docker)).Running).toBe(false)
    await engine.docker.getContainer(container).remove()

    await deploy(engine.docker)
    await put(stop)
    await engine.docker.getContainer(container).remove()
    expect(await takeBack(stop)).toContain('was removed meanwhile')
    expect((await everything(engine.docker)).containers).toEqual([])
  })

  test('does not stop again what the operator has started, not even where it begins anew itself', async () => {
    const stop = fault(onApi('stop'))
    await put(stop)
    await engine.docker.getContainer(container).start()
    const { Pid } = (await engine.docker.getContainer(keeper).inspect()).State
    process.kill(Pid, 'SIGKILL')
    await until(async () => (await engine.docker.getContainer(keeper).inspect()).State.Pid !== Pid && holds(stop))
    expect((await whatIs(engine.docker)).Running).toBe(true)
    expect(await takeBack(stop)).toBe(`web-1: ${container} runs`)
  })

  test('leaves names where somebody has led them meanwhile', async () => {
    const moved = fault(onApi('tag_moved', { release: '1.2.2', instead: '1.3.0' }))
    await put(moved)
    const third = await importImage(engine.docker, { name: 'shop/api:1.2.3' })
    await engine.docker.getImage(third).tag({ repo: 'shop/api', tag: '1.2.2' })
    const says = await takeBack(moved)
    expect(says).toContain(`somebody has led shop/api:1.2.2 to ${short(third)} meanwhile`)
    // It has no other name any more, and must not go with that one.
    expect(await isThere(good)).toBe(true)
    await engine.docker.getImage(good).tag({ repo: 'shop/api', tag: '1.2.2' })
    for (const name of ['shop/api:1.2.3', keptName(says)]) await engine.docker.getImage(name).remove()
  })

  test('ends a container so that the Engine starts it again and counts it, as after a crash', async () => {
    const loop = fault(onApi('restart_loop', { everyMs: 50 }))
    await put(loop)
    await until(async () => (await engine.docker.getContainer(container).inspect()).RestartCount >= 3)
    await takeBack(loop)
    const { State, HostConfig } = await engine.docker.getContainer(container).inspect()
    expect([State.Running, HostConfig.RestartPolicy]).toEqual([true, policy])
  })

  test('is seen by whoever only looks, who is told also of an Engine that gives no answer', async () => {
    const stop = fault(onApi('stop'))
    await put(stop)
    const manifest = manifestFor(engine)
    const nowhere = { kind: 'docker', endpoint: { kind: 'unix', path: '/nowhere.sock' }, address: '' } as const
    const look = dockerFaultLook(
      { ...manifest, hosts: { ...manifest.hosts, 'web-2': nowhere } },
      { dockerKeeper: '', now: () => new Date() },
    )
    expect(await look.seen()).toMatchObject([
      { ok: true, value: [{ run: 'run-1', injected: stop }] },
      { ok: false, fault: { code: 'docker.unreachable' } },
    ])
    await look.close()
    await takeBack(stop)
  })

  test('outlives an Engine that crashed, and one that was told to end: its fault stays until it is taken back', async () => {
    const { Id } = await whatIs(engine.docker)
    const stop = fault(onApi('stop'))
    await put(stop)
    await engine.kill()
    await engine.start()
    await until(() => holds(stop))
    expect((await whatIs(engine.docker)).Running).toBe(false)
    await engine.restart()
    await until(() => holds(stop))
    await takeBack(stop)
    expect(await whatIs(engine.docker)).toMatchObject({ Id, Running: true, HostConfig: { RestartPolicy: policy } })
    expect((await everything(engine.docker)).containers).toHaveLength(1)
  })

  test('ends its fault at its time where the Engine crashes meanwhile', async () => {
    const stop = fault(onApi('stop'), 10_000)
    await put(stop)
    await engine.kill()
    await engine.start()
    await until(async () => (await seen()).length === 0 && isSwept(engine.docker))
    expect(await whatIs(engine.docker)).toMatchObject({ Running: true, HostConfig: { RestartPolicy: policy } })
  })

  function image(what: 'image_gone', settings: { readonly release: string }): InjectFault {
    return { kind: 'drill.inject', inject: 'one', ...onApi(what, settings), expiresMs: longMs }
  }
})

function short(id: string): string {
  return id.slice(7, 19)
}

function keptName(says: string): string {
  return /astern\/kept-[0-9a-f]{12}:latest/.exec(says)?.[0] ?? ''
}

describeWithEngines('the keeper of a fault on an Engine whose containers outlive it', () => {
  test('finds it again when it is back, and takes its fault back', async () => {
    // Beside its data, as on any host: below that directory a keeper sees whichever socket there is.
    const directory = mkdtempSync(join(tmpdir(), 'astern-socket-'))
    const socket = join(directory, 'docker.sock')
    const engine = await openEngine(['--live-restore', '-H', `unix://${socket}`])
    const act = actOn(manifestFor({ ...engine, socket }))
    try {
      await importImage(engine.docker, { name: 'shop/api:1.3.0' })
      await deploy(engine.docker)
      const stop: InjectFault = { kind: 'drill.inject', inject: 'one', ...onApi('stop'), expiresMs: longMs }
      expect(await act.apply(stop, permitFor(stop), contextOf(), quiet)).toMatchObject({ ok: true })
      const keeper = engine.docker.getContainer('astern-drill-run-1-one')
      const { Pid } = (await keeper.inspect()).State
      await engine.restart()
      expect((await keeper.inspect()).State.Pid).toBe(Pid)
      const undo = { kind: 'drill.undo', injected: stop } as const
      expect(await act.apply(undo, permitFor(undo), contextOf(), quiet)).toMatchObject({ ok: true })
      expect(await whatIs(engine.docker)).toMatchObject({ Running: true, HostConfig: { RestartPolicy: policy } })
    } finally {
      await act.close()
      await engine.close()
      rmSync(directory, { recursive: true })
    }
  })
})
