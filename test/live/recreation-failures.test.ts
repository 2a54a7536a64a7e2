import type { ContainerCreateOptions } from 'dockerode'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ServiceCommand } from '../../src/state/command.ts'
import type { Outcome } from '../../src/targets/outcome.ts'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet, type Fleet } from '../../src/targets/services/docker/layout.ts'
import { contextOf, permitFor, quiet, until } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { dockerConfig, removeAll } from '../engines/shop.ts'

describeWithEngines('a recreation', () => {
  let engine: TestEngine
  let fleet: Fleet
  let good: string
  let bad: string
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    bad = await importImage(engine.docker, { name: 'shop/api:1.3.0' })
    await engine.docker.createNetwork({ Name: 'front' })
    fleet = openFleet({ ...dockerConfig(engine), now: () => new Date('2026-11-22T03:12:00Z') })
  })
  beforeEach(() => removeAll(engine.docker))
  afterAll(async () => {
    await Promise.all(Object.values(fleet.engines).map(one => one.close()))
    await engine.close()
  })

  test.each(['port', 'name', 'network', 'image'] as const)(
    'when its %s is not to be had ends in a fault that says what to do, and the previous one can be put back',
    async what => {
      await run({
        name: 'shop-api-1',
        Image: 'shop/api:1.3.0',
        ExposedPorts: { '8080/tcp': {} },
        HostConfig: { NetworkMode: 'front', PortBindings: { '8080/tcp': [{ HostPort: '8081' }] } },
      })
      const [stop, point, start] = switchTo('1.2.2', good)
      expect(await apply(stop!)).toMatchObject({ ok: true })
      const taken = {
        port: { name: 'thief', HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '8081' }] } } },
        name: { name: 'shop-api-1.astern-new', Cmd: ['/bin/busybox', 'echo', 'mine'] },
        network: null,
        image: null,
      }[what]
      if (taken !== null) await run({ Image: 'shop/api:1.3.0', ExposedPorts: { '8080/tcp': {} }, ...taken })
      const gone = what === 'image' ? { ...point!, digest: `sha256:${'0'.repeat(64)}` } : point!
      const pointed = await apply(gone as ServiceCommand)
      if (what === 'network') await engine.docker.getNetwork('front').remove()
      const outcome = pointed.ok ? await apply(start!) : pointed
      expect(outcome).toMatchObject({ ok: false, fault: { next: expect.stringMatching(/retry/) } })
      if (what === 'network') await engine.docker.createNetwork({ Name: 'front' })
      if (what === 'name') {
        expect(outcome).toMatchObject({ fault: { code: 'container.name-taken' } })
        expect((await look('shop-api-1')).Image).toBe(bad)
      }
      if (taken !== null) await engine.docker.getContainer(taken.name).remove({ force: true })
      for (const command of switchTo('1.3.0', bad)) expect(await apply(command)).toMatchObject({ ok: true })
      expect((await look('shop-api-1')).State.Running).toBe(true)
    },
  )

  test('whose name beside is another’s takes nothing away when it is undone', async () => {
    await run({ name: 'shop-api-1', Image: 'shop/api:1.3.0', HostConfig: {} })
    await run({ name: 'shop-api-1.astern-new', Image: 'shop/api:1.3.0' })
    const where = { service: 'api', host: 'web-1', digest: good } as const
    expect(await apply({ kind: 'service.beside', ...where, release: '1.2.2' })).toMatchObject({
      fault: { code: 'container.name-taken' },
    })
    expect(await apply({ kind: 'service.withdraw', ...where, graceMs: 1000 })).toMatchObject({ ok: true })
    expect((await look('shop-api-1.astern-new')).State.Running).toBe(true)
  })

  test('is not proven where another image runs under the very tag that was planned', async () => {
    const proof = { kind: 'service.prove', service: 'api', host: 'web-1', release: '1.2.2', digest: good } as const
    const prove = (): Promise<Outcome> => dockerAct(fleet).attempt(proof, quiet, AbortSignal.timeout(10_000))
    const other = await importImage(engine.docker, { name: 'shop/api:1.2.2', changes: ['LABEL rebuilt=yes'] })
    expect(other).not.toBe(good)
    const tagged: ContainerCreateOptions = {
      name: 'shop-api-1',
      Image: 'shop/api:1.2.2',
      ExposedPorts: { '8080/tcp': {} },
      HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '8081' }] } },
    }
    await run(tagged)
    expect(await prove()).toMatchObject({
      ok: false,
      fault: { what: expect.stringContaining('it is not the one that was recorded'), code: 'service.not-proven' },
    })
    await removeAll(engine.docker)
    await engine.docker.getImage(good).tag({ repo: 'shop/api', tag: '1.2.2' })
    await run(tagged)
    await until(async () => (await prove()).ok)
  })

  const apply = (command: ServiceCommand): Promise<Outcome> =>
    dockerAct(fleet).apply(command, permitFor(command, 'run-1'), contextOf('run-1'), quiet)
  const look = (name: string) => engine.docker.getContainer(name).inspect()

  async function run(options: ContainerCreateOptions): Promise<void> {
    const container = await engine.docker.createContainer(options)
    await container.start()
  }
})

function switchTo(release: string, digest: string): readonly ServiceCommand[] {
  const where = { service: 'api', host: 'web-1' }
  return [
    { kind: 'service.stop', ...where, graceMs: 1000 },
    { kind: 'service.point', ...where, release, digest },
    { kind: 'service.start', ...where, release, digest },
  ]
}
