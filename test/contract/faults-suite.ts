import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FaultCommand, InjectFault } from '../../src/state/drill/command.ts'
import type { Inject } from '../../src/state/drill/scenario.ts'
import type { Probed } from '../../src/state/facts.ts'
import type { Outcome } from '../../src/targets/outcome.ts'
import type { FaultAct, FaultSeen } from '../../src/targets/faults/port.ts'
import { contextOf, permitFor, quiet, until } from './services-shop.ts'

/** A target with one fault that can be put there. */
export type FaultWorld = {
  readonly act: FaultAct
  readonly fault: Pick<InjectFault, 'fault' | 'target' | 'settings'>
  /** The target as it is, whole. */
  readonly target: () => Promise<unknown>
  /** Felt by whoever uses the target. */
  readonly isHurt: () => Promise<boolean>
  /** Whoever leads a drill, in a process of their own. */
  readonly director: () => Director
  /** After its time something of it is left, which does nothing any more and is taken away by whoever comes next. */
  readonly leaves?: true
  /** The process that holds the fault there; null: none does. Left out: no process of Astern's does. */
  readonly keeper?: (run: string) => number | null
  readonly close: () => Promise<void>
}

export type Director = {
  readonly apply: (command: FaultCommand, run: string) => Promise<Outcome>
  /** SIGSTOP */
  readonly freeze: () => void
  /** kill -9 */
  readonly kill: () => Promise<void>
}

/** Long enough to be taken away by hand, and short enough not to stay should that fail. */
const longMs = 600_000
const shortMs = 2_500

/** What every family of faults must do, whatever it hurts. `held`: by a process of Astern's, which may be killed. */
export function faultContract(
  name: string,
  setup: () => Promise<FaultWorld>,
  held: 'held' | 'by itself' = 'by itself',
): void {
  describe(name, () => {
    let world: FaultWorld
    beforeEach(async () => {
      world = await setup()
    })
    afterEach(async () => {
      for (const run of ['run-1', 'run-2']) await apply(undo(inject()), run)
      await world.close()
    })

    const inject = (expiresMs = longMs, id = 'one'): InjectFault => ({
      kind: 'drill.inject',
      inject: id,
      ...world.fault,
      expiresMs,
    })
    const undo = (injected: InjectFault): FaultCommand => ({ kind: 'drill.undo', injected })
    const apply = (command: FaultCommand, run = 'run-1'): Promise<Outcome> =>
      world.act.apply(command, permitFor(command, run), contextOf(run), quiet)
    const verdict = async (command: FaultCommand, run = 'run-1'): Promise<Probed['verdict']> =>
      (await world.act.probe(command, contextOf(run))).verdict
    const seen = async (): Promise<readonly FaultSeen[]> => {
      const all = await world.act.seen()
      return all.flatMap(one => {
        if (!one.ok) throw new Error(one.fault.what)
        return one.value
      })
    }
    const asInScenario = (expiresMs: number | null): Inject => ({
      id: 'one',
      when: { kind: 'time', afterMs: 0 },
      ...world.fault,
      expiresMs,
      text: null,
      wantsAnswer: false,
    })
    const gone = (): Promise<true> => until(async () => (await seen()).length === 0 && !(await world.isHurt()))

    test('says before it that it can be done, and how it ends by itself', async () => {
      expect(await world.act.able(asInScenario(longMs))).toEqual({ ok: true, value: expect.stringMatching(/\S/) })
      expect(await seen()).toEqual([])
    })

    test('puts it there: felt by users, seen with whose it is and when it ends, probed as there', async () => {
      const before = Date.now()
      const fault = inject()
      expect(await verdict(fault)).toBe('not yet')
      expect(await apply(fault)).toMatchObject({ ok: true })
      expect(await world.isHurt()).toBe(true)
      const [one] = await seen()
      expect(await seen()).toEqual([{ run: 'run-1', injected: fault, expiresAt: one?.expiresAt }])
      const ends = Date.parse(one?.expiresAt ?? '')
      expect(ends).toBeGreaterThanOrEqual(before + longMs - 1_000)
      expect(ends).toBeLessThanOrEqual(Date.now() + longMs + 1_000)
      expect(await verdict(fault)).toBe('holds')
      expect(await verdict(undo(fault))).toBe('not yet')
    })

    test('put there twice is there once', async () => {
      const fault = inject()
      expect([await apply(fault), await apply(fault)]).toMatchObject([{ ok: true }, { ok: true }])
      expect(await seen()).toHaveLength(1)
      expect(await apply(undo(fault))).toMatchObject({ ok: true })
      expect(await seen()).toEqual([])
      expect(await world.isHurt()).toBe(false)
    })

    test('taken away, nothing of it is left and the target is as before; once more is the same', async () => {
      const before = await world.target()
      const fault = inject()
      await apply(fault)
      expect(await apply(undo(fault))).toMatchObject({ ok: true })
      expect(await verdict(undo(fault))).toBe('holds')
      expect(await verdict(fault)).toBe('not yet')
      expect([await seen(), await world.isHurt()]).toEqual([[], false])
      expect(await world.target()).toEqual(before)
      expect(await apply(undo(fault))).toMatchObject({ ok: true })
      expect(await world.target()).toEqual(before)
    })

    test('taken away where it never was', async () => {
      const before = await world.target()
      expect(await apply(undo(inject()))).toMatchObject({ ok: true })
      expect(await world.target()).toEqual(before)
    })

    test('ends by itself when whoever put it there was killed', async () => {
      const before = await world.target()
      const director = world.director()
      const fault = inject(shortMs)
      const put = director.apply(fault, 'run-1').catch(() => null)
      await until(async () => (await seen()).length === 1 || (await put))
      await director.kill()
      if (world.leaves === true) {
        await until(async () => !(await world.isHurt()))
        expect([await verdict(fault), (await seen()).length]).toEqual(['not yet', 1])
        expect(await apply(undo(fault))).toMatchObject({ ok: true })
      } else await gone()
      expect(await verdict(undo(fault))).toBe('holds')
      await expect.poll(world.target).toEqual(before)
    })

    test('tells the faults of two drills apart', async () => {
      const fault = inject()
      await apply(fault, 'run-1')
      expect([await verdict(fault, 'run-2'), await verdict(undo(fault), 'run-2')]).toEqual(['not yet', 'holds'])
      expect(await apply(undo(fault), 'run-2')).toMatchObject({ ok: true })
      expect(await verdict(fault, 'run-1')).toBe('holds')
      expect((await seen()).map(({ run }) => run)).toEqual(['run-1'])
    })

    if (held === 'by itself') return

    test('is taken away also where its keeper was killed', async () => {
      const { keeper = nobody } = world
      const before = await world.target()
      const fault = inject()
      await apply(fault)
      const pid = keeper('run-1')
      if (pid === null) throw new Error('nobody holds it')
      process.kill(pid, 'SIGKILL')
      await until(async () => (await verdict(fault)) !== 'holds')
      expect((await seen()).map(({ run }) => run)).toEqual(['run-1'])
      expect(await verdict(undo(fault))).toBe('not yet')
      expect(await apply(undo(fault))).toMatchObject({ ok: true })
      expect([await seen(), await world.isHurt()]).toEqual([[], false])
      expect(await world.target()).toEqual(before)
    })

    test('is taken up by another keeper where its own was killed, and told to end takes it away and goes', async () => {
      const { keeper = nobody } = world
      const before = await world.target()
      const fault = inject()
      await apply(fault)
      const [first] = await seen()
      process.kill(keeper('run-1') ?? 0, 'SIGKILL')
      await until(async () => (await verdict(fault)) !== 'holds')
      expect(await apply(fault)).toMatchObject({ ok: true })
      expect(await seen()).toEqual([first])
      expect([await verdict(fault), await world.isHurt()]).toEqual(['holds', true])
      process.kill(keeper('run-1') ?? 0, 'SIGTERM')
      await gone()
      await expect.poll(world.target).toEqual(before)
    })
  })
}

function nobody(): never {
  throw new Error('no process of Astern holds it')
}
