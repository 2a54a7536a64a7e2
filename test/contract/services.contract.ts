import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import type { RecordCommand, ServiceCommand } from '../../src/state/command.ts'
import type { Instance, LedgerEntry, SchemaObject } from '../../src/state/facts.ts'
import { fingerprintOf } from '../../src/targets/databases/fingerprint.ts'
import { packSchema } from '../../src/targets/databases/packed-schema.ts'
import type { Outcome } from '../../src/targets/outcome.ts'
import type { ServiceAct, ServiceLook, ServiceTry } from '../../src/targets/services/port.ts'
import { contextOf, permitFor, quiet, until } from './services-shop.ts'

type Change = ServiceCommand | RecordCommand
type Release = { readonly release: string; readonly digest: string }

/** One host with one service of two releases, `bad` running, `good` beside it. */
export type ServiceWorld = {
  readonly act: ServiceAct
  readonly instance: Instance
  readonly good: Release
  readonly bad: Release
  /** Releases in the order in which their processes began, counted where they begin. */
  readonly starts: () => Promise<readonly string[]>
  /** Another engine, in a process of its own. */
  readonly engine: () => Engine
  readonly close: () => Promise<void>
}

export type Engine = {
  readonly apply: (command: Change, run: string, who: string) => Promise<Outcome>
  /** SIGSTOP */
  readonly freeze: () => void
  /** kill -9 */
  readonly kill: () => Promise<void>
}

const forever = new AbortController().signal

/** What every service adapter must do, whatever runs the services. */
export function serviceContract(name: string, setup: () => Promise<ServiceWorld>): void {
  describe(name, () => {
    let world: ServiceWorld
    beforeEach(async () => {
      world = await setup()
    })
    afterEach(() => world.close())

    const apply = (command: Change, run = 'run-1'): Promise<Outcome> =>
      world.act.apply(command, permitFor(command, run), contextOf(run), quiet)
    const verdict = async (command: Change, run = 'run-1'): Promise<string> =>
      (await world.act.probe(command, contextOf(run))).verdict
    const stop = (): ServiceCommand => ({ kind: 'service.stop', ...world.instance, graceMs: 30_000 })
    const point = (to: Release): ServiceCommand => ({ kind: 'service.point', ...world.instance, ...to })
    const start = (what: Release): ServiceCommand => ({ kind: 'service.start', ...world.instance, ...what })
    const switchTo = async (to: Release): Promise<readonly boolean[]> => {
      const outcomes = []
      for (const command of [stop(), point(to), start(to)]) outcomes.push((await apply(command)).ok)
      return outcomes
    }
    const seen = async () => {
      const { state, release, digest, pointed } = await world.act.observe(world.instance)
      return { state, release, digest, pointed }
    }
    const runs = ({ release, digest }: Release) => ({ state: 'running', release, digest, pointed: release })

    test('goes back, forward and back again, one process start each', async () => {
      const { good, bad } = world
      expect(await seen()).toEqual(runs(bad))
      for (const [index, release] of [good, bad, good].entries()) {
        // What is stopped before it has run a line of its own has told of no start.
        await until(async () => (await world.starts()).length === index + 1)
        expect(await switchTo(release)).toEqual([true, true, true])
        expect(await seen()).toEqual(runs(release))
      }
      await until(async () => (await world.starts()).length >= 4)
      expect(await world.starts()).toEqual([bad, good, bad, good].map(({ release }) => release))
    })

    test('bears a mark for drills that says which host it is, and is put anew in the place of another', async () => {
      const { host } = world.instance
      const mark = { kind: 'drill.mark', host, class: 'staging' } as const
      expect(await world.act.drill(host)).toMatchObject({ ok: true, value: { mark: null, beside: [] } })
      expect(await verdict(mark)).toBe('not yet')
      expect(await apply(mark)).toMatchObject({ ok: true })
      const sight = await world.act.drill(host)
      if (!sight.ok) throw new Error(sight.fault.what)
      const { identity } = sight.value
      expect(identity.ids).not.toEqual([])
      expect(sight.value.mark).toMatchObject({ class: 'staging', run: 'run-1', identity })
      expect(await verdict(mark)).toBe('holds')
      expect(await verdict({ ...mark, class: 'drill' })).toBe('not yet')
      expect(await apply({ ...mark, class: 'drill' }, 'run-2')).toMatchObject({ ok: true })
      expect(await world.act.drill(host)).toMatchObject({ ok: true, value: { mark: { class: 'drill', run: 'run-2' } } })
      expect(await world.act.record(host)).toMatchObject({ ok: true, value: { lock: null, freeze: null } })
    })

    test('says of every command before it that it is still to do, and after it that it holds', async () => {
      const { good } = world
      for (const command of [stop(), point(good), start(good)]) {
        expect([command.kind, await verdict(command)]).toEqual([command.kind, 'not yet'])
        await apply(command)
        expect([command.kind, await verdict(command)]).toEqual([command.kind, 'holds'])
      }
    })

    test('has nothing to stop where what takes its place runs already', async () => {
      const { good, bad } = world
      expect(await verdict({ ...stop(), past: good.digest } as ServiceCommand)).toBe('not yet')
      expect(await verdict({ ...stop(), past: bad.digest } as ServiceCommand)).toBe('holds')
    })

    test('changes nothing where everything is already as wanted', async () => {
      const { bad } = world
      const before = await world.act.observe(world.instance)
      const outcomes = [await apply(point(bad)), await apply(start(bad)), await apply(start(bad))]
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true])
      expect(await world.act.observe(world.instance)).toEqual(before)
      expect(await world.starts()).toEqual([bad.release])
    })

    test('stops what is stopped already', async () => {
      await apply(stop())
      expect((await apply(stop())).ok).toBe(true)
      expect(await seen()).toMatchObject({ state: 'stopped', pointed: world.bad.release })
    })

    test('starts one process, however many engines start it at once', async () => {
      const { good } = world
      await apply(stop())
      await apply(point(good))
      const [one, other] = [world.engine(), world.engine()]
      const outcomes = await Promise.all([
        one.apply(start(good), 'run-1', 'ana'),
        other.apply(start(good), 'run-1', 'ana'),
        apply(start(good)),
      ])
      expect(outcomes).toEqual([outcomes[0], outcomes[0], outcomes[0]])
      expect(outcomes[0].ok).toBe(true)
      expect(await world.starts()).toEqual([world.bad.release, good.release])
    })

    test('leaves a service running when the engine that started it is killed, and does not start it twice', async () => {
      const { good } = world
      await apply(stop())
      await apply(point(good))
      const engine = world.engine()
      const cut = engine.apply(start(good), 'run-1', 'ana').catch(() => 'cut off')
      await until(async () => (await world.starts()).length === 2)
      await engine.kill()
      await cut
      const { pid } = await world.act.observe(world.instance)
      expect(await verdict(start(good))).toBe('holds')
      expect(await apply(start(good))).toMatchObject({ ok: true, observed: { pid } })
      expect(await world.starts()).toEqual([world.bad.release, good.release])
    })

    test('starts nothing but the release that was planned', async () => {
      const { good, bad } = world
      await apply(stop())
      const outcomes = [await apply(start(good)), await apply(start({ ...bad, digest: 'sha256:another' }))]
      expect(outcomes.map(outcome => (outcome.ok ? 'ok' : outcome.fault.code))).toEqual([
        'release.not-pointed',
        'release.changed',
      ])
      expect(await apply(point({ ...good, digest: 'sha256:another' }))).toMatchObject({ ok: false })
      expect(await apply(point({ release: '9.9.9', digest: good.digest }))).toMatchObject({
        ok: false,
        fault: { code: 'release.missing' },
      })
      expect(await world.starts()).toEqual([bad.release])
      expect(await seen()).toMatchObject({ state: 'stopped', pointed: bad.release })
    })

    test('proves what runs, and nothing else', async () => {
      const { good, bad } = world
      const prove = (what: Release) =>
        world.act.attempt({ kind: 'service.prove', ...world.instance, ...what }, quiet, forever)
      await world.act.attempt({ kind: 'service.health', ...world.instance, release: bad.release }, quiet, forever)
      expect((await prove(bad)).ok).toBe(true)
      expect(await prove(good)).toMatchObject({ ok: false, fault: { code: 'service.not-proven' } })
      await apply(stop())
      expect(await prove(bad)).toMatchObject({ ok: false, fault: { code: 'service.not-proven' } })
    })

    test('does nothing for a permit that was spent, or was made for another command', async () => {
      const spent = permitFor(stop())
      spent.spend(stop())
      await expect(world.act.apply(stop(), spent, contextOf(), quiet)).rejects.toThrow('spent')
      const other = permitFor(point(world.good))
      await expect(world.act.apply(stop(), other, contextOf(), quiet)).rejects.toThrow('another command')
      const lock: RecordCommand = { kind: 'lock.take', host: world.instance.host, reason: 'a test' }
      await expect(world.act.apply(lock, other, contextOf(), quiet)).rejects.toThrow('another command')
      expect(await world.starts()).toEqual([world.bad.release])
      expect(await seen()).toEqual(runs(world.bad))
      expect(await verdict(lock)).toBe('not yet')
    })

    recordContract(() => world, { apply, verdict })
  })
}

type Hands = {
  readonly apply: (command: Change, run?: string) => Promise<Outcome>
  readonly verdict: (command: Change, run?: string) => Promise<string>
}

function recordContract(world: () => ServiceWorld, { apply, verdict }: Hands): void {
  const record = async () => {
    const read = await world().act.record(world().instance.host)
    if (!read.ok) throw new Error(read.fault.what)
    return read.value
  }
  const at = <Kind extends string>(kind: Kind) => ({ kind, host: world().instance.host })
  const entry = (version: string): LedgerEntry => ({
    version,
    recordedAt: '2026-11-20T10:00:00Z',
    by: 'ana',
    good: true,
    services: { 'api@web-1': { release: version, digest: 'sha256:1' } },
    databases: {},
  })

  test('has an empty record where nothing was recorded', async () => {
    expect(await record()).toEqual({ ledger: [], freeze: null, refused: [], lock: null })
  })

  test('keeps a lock for its run, says whose it is, and gives it back to nobody else', async () => {
    const take = { ...at('lock.take'), reason: 'checkout answers 500' }
    const release = at('lock.release')
    expect((await apply(take, 'run-1')).ok).toBe(true)
    expect((await apply(take, 'run-1')).ok).toBe(true)
    const refused = await apply(take, 'run-2')
    const { lock } = await record()
    expect(lock).toMatchObject({ environment: 'shop', run: 'run-1', who: 'ana', reason: 'checkout answers 500' })
    expect(refused).toMatchObject({ ok: false, fault: { code: 'lock.held' }, observed: lock })
    if (refused.ok) throw new Error('it was taken twice')
    for (const word of ['ana', lock?.on, lock?.since, 'run-1', 'checkout answers 500'])
      expect(refused.fault.what).toContain(word)
    for (const command of ['astern watch run-1', 'astern attach run-1', 'astern stop run-1'])
      expect(refused.fault.next).toContain(command)
    expect([await verdict(take, 'run-1'), await verdict(take, 'run-2')]).toEqual(['holds', 'not yet'])
    expect((await apply(release, 'run-2')).ok).toBe(true)
    expect((await record()).lock).toEqual(lock)
    expect((await apply(release, 'run-1')).ok).toBe(true)
    expect((await record()).lock).toBeNull()
    expect((await apply(take, 'run-2')).ok).toBe(true)
  })

  test('lets a lock go over to a run that names the one it is taken from, and to no other', async () => {
    const take = { ...at('lock.take'), reason: 'checkout answers 500' }
    await apply(take, 'run-1')
    expect(await apply({ ...take, breaks: 'run-9' }, 'run-2')).toMatchObject({
      ok: false,
      fault: { code: 'lock.held', next: expect.stringContaining('astern rollback --break-lock run-1 --reason') },
    })
    expect((await apply({ ...take, breaks: 'run-1' }, 'run-2')).ok).toBe(true)
    expect((await record()).lock).toMatchObject({ run: 'run-2', who: 'ana' })
    expect([await verdict(take, 'run-1'), await verdict(take, 'run-2')]).toEqual(['not yet', 'holds'])
    expect((await apply(take, 'run-1')).ok).toBe(false)
  })

  test('freezes once, by whoever came first, and thaws', async () => {
    const freeze = { ...at('freeze.set'), reason: 'rolling back' }
    expect(await verdict(freeze)).toBe('not yet')
    await apply(freeze, 'run-1')
    await apply(freeze, 'run-2')
    expect((await record()).freeze).toMatchObject({ by: 'ana', run: 'run-1', reason: 'rolling back' })
    expect([await verdict(freeze), await verdict(at('freeze.lift'))]).toEqual(['holds', 'not yet'])
    await apply(at('freeze.lift'))
    expect((await record()).freeze).toBeNull()
  })

  test('remembers releases known to work, in the order they were recorded, each version once', async () => {
    for (const version of ['1.2.2', '1.3.0', '1.2.2']) await apply({ ...at('ledger.add'), entry: entry(version) })
    expect((await record()).ledger).toEqual([entry('1.3.0'), entry('1.2.2')])
    expect(await verdict({ ...at('ledger.add'), entry: entry('1.3.0') })).toBe('holds')
    expect(await verdict({ ...at('ledger.add'), entry: { ...entry('1.3.0'), by: 'ben' } })).toBe('not yet')
  })

  test('keeps what was rehearsed, of each target the newest', async () => {
    const rehearsal = (target: string, at: string) => ({ at, by: 'ana', target, digests: {}, databases: {} })
    const keep = (one: ReturnType<typeof rehearsal>) => ({ ...at('rehearsal.keep'), rehearsal: one })
    const [first, other, again] = [rehearsal('1.2.2', '1'), rehearsal('1.2.1', '2'), rehearsal('1.2.2', '3')]
    expect((await record()).rehearsals).toBeUndefined()
    for (const one of [first, other, again]) expect(await apply(keep(one))).toMatchObject({ ok: true })
    expect((await record()).rehearsals).toEqual([other, again])
    expect([await verdict(keep(first)), await verdict(keep(again))]).toEqual(['not yet', 'holds'])
  })

  test('refuses a version that was rolled back, until a person clears it', async () => {
    const refuse = { ...at('ledger.refuse'), version: '1.3.0', digests: ['sha256:1'] }
    const clear = { ...at('ledger.clear'), version: '1.3.0' }
    await apply({ ...at('ledger.add'), entry: entry('1.3.0') })
    await apply(refuse)
    const { ledger, refused } = await record()
    expect(ledger).toEqual([{ ...entry('1.3.0'), good: false }])
    expect(refused).toMatchObject([{ version: '1.3.0', digests: ['sha256:1'], run: 'run-1' }])
    expect([await verdict(refuse), await verdict(clear)]).toEqual(['holds', 'not yet'])
    await apply(clear)
    expect(await record()).toMatchObject({ ledger: [entry('1.3.0')], refused: [] })
  })

  test('keeps schemas by their fingerprints, and lets those go that no newer release has', async () => {
    // As large a one as is ever kept.
    const [one, other] = [schemaNamed('orders', 4000), schemaNamed('notes')]
    expect(one.packed.length).toBeGreaterThan(350_000)
    const keep = ({ fingerprint, packed }: typeof one) => ({ ...at('schema.keep'), fingerprint, packed })
    const kept = async ({ fingerprint }: typeof one) => {
      const read = await world().act.schema(world().instance.host, fingerprint)
      return read.ok ? read.value : read.fault
    }
    expect([await kept(one), await verdict(keep(one))]).toEqual([null, 'not yet'])
    expect(await apply(keep(one))).toMatchObject({ ok: true })
    expect([await kept(one), await verdict(keep(one))]).toEqual([one.packed, 'holds'])
    const databases = { main: { fingerprint: other.fingerprint, migrations: [] } }
    await apply({ ...at('ledger.add'), entry: { ...entry('1.3.0'), databases } })
    expect(await apply(keep(other))).toMatchObject({ ok: true })
    expect([await kept(one), await kept(other)]).toEqual([null, other.packed])
    expect((await record()).ledger).toEqual([{ ...entry('1.3.0'), databases }])
  })

  test('says that a schema is not kept where something else is, and puts the right one in its place', async () => {
    const { fingerprint, packed } = schemaNamed('orders')
    const keep = { ...at('schema.keep'), fingerprint, packed }
    const wrong = { ...keep, packed: schemaNamed('notes').packed }
    expect(await apply(wrong)).toMatchObject({ ok: false, fault: { code: 'schema.not-kept' } })
    expect(await world().act.schema(world().instance.host, fingerprint)).toEqual({ ok: true, value: wrong.packed })
    expect(await verdict(keep)).toBe('not yet')
    expect(await apply(keep)).toMatchObject({ ok: true })
    expect(await verdict(keep)).toBe('holds')
  })

  test('gives 300 races of two engines for the lock one winner each, and the loser its name', async () => {
    const [one, other] = [world().engine(), world().engine()]
    const take: RecordCommand = { ...at('lock.take'), reason: 'a race' }
    for (let race = 1; race <= 300; race++) {
      const [first, second] = await Promise.all([
        one.apply(take, `ana-${race}`, 'ana'),
        other.apply(take, `ben-${race}`, 'ben'),
      ])
      const [winner, loser, loss] = first.ok ? ['ana', 'ben', second] : ['ben', 'ana', first]
      expect([first.ok, second.ok].filter(Boolean), `race ${race}`).toEqual([true])
      if (loss.ok) throw new Error(`race ${race}: ${loser} won too`)
      expect(loss.fault.what, `race ${race}`).toContain(`run ${winner}-${race} of ${winner}`)
      await (first.ok ? one : other).apply(at('lock.release'), `${winner}-${race}`, winner)
    }
    expect((await record()).lock).toBeNull()
  })
}

function schemaNamed(name: string, objects = 1): { readonly fingerprint: string; readonly packed: string } {
  const schema = Array.from({ length: objects }, (_, at): SchemaObject => {
    return { kind: 'trigger', name: `${name}${at}`, definition: createHash('sha512').update(`${at}`).digest('base64') }
  })
  return { fingerprint: fingerprintOf(schema), packed: packSchema(schema) ?? '' }
}

test('who only looks holds nothing to try and nothing to act with, by type', () => {
  // @ts-expect-error -- a look cannot apply
  type Apply = ServiceLook['apply']
  // @ts-expect-error -- a look cannot attempt
  type Attempt = ServiceLook['attempt']
  // @ts-expect-error -- a try cannot apply
  type TryApply = ServiceTry['apply']
  expectTypeOf<[Apply, Attempt, TryApply]>().not.toBeNever()
  expectTypeOf<ServiceLook>().not.toExtend<ServiceTry>()
  expectTypeOf<ServiceTry>().not.toExtend<ServiceAct>()
  expectTypeOf<ServiceAct>().toExtend<ServiceLook>()
})
