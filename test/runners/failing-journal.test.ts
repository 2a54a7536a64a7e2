import { expect, test } from 'vitest'
import type { Desk } from '../../src/runners/engine/desk.ts'
import { runEngine } from '../../src/runners/engine/engine.ts'
import { carryOut } from '../../src/runners/engine/work.ts'
import { JournalFailed } from '../../src/runners/journal/journal.ts'
import { initialState } from '../../src/state/reduce.ts'
import type { Fault } from '../../src/state/fault.ts'

const fault: Fault = { code: 'journal.disk', what: 'the disk is full', means: '', next: '' }
const failed = new JournalFailed(fault)
const check = {
  name: 'the world',
  group: 'core',
  severity: 'must',
  request: { kind: 'command', argv: ['true'] },
  asserts: [{ kind: 'exit', equals: 0 }],
  extract: {},
  attempts: 1,
  intervalMs: 0,
  timeoutMs: 10_000,
}

test('the result of a check that cannot be written down fails the whole work, and nothing behind its back', async () => {
  const written: string[] = []
  const desk = deskOn(
    { run: { manifest: { checks: [check], timing: { watchMs: 0 } }, options: {} }, suites: {} },
    ([kind = '']) => (written.push(kind), kind !== 'check.settled'),
  )
  const checks = { id: 'checks', kind: 'checks', suite: 'after', after: null } as const
  const work = carryOut(desk, checks, () => [], new AbortController().signal)
  await expect(work).rejects.toBe(failed)
  expect(written.at(-1)).toBe('check.settled')
})

test('a console that leaves when nothing can be written any more ends the engine as every other write does', async () => {
  const told: Fault[] = []
  const desk = deskOn({ ...initialState, helm: { epoch: 1, holder: { console: 'c1' } } }, () => false)
  const engine = runEngine(desk, { signals: () => {}, failed: what => void told.push(what) })
  await engine.left('c1')
  await engine.done
  expect(told).toEqual([fault])
})

/** `canWrite`: whether these kinds of events reach the disk. */
function deskOn(state: object, canWrite: (kinds: readonly string[]) => boolean): Desk {
  return {
    acts: { databases: {} },
    state: () => state,
    write: async (events: readonly { readonly kind: string }[]) => {
      if (!canWrite(events.map(({ kind }) => kind))) throw failed
      return []
    },
    now: () => new Date(),
    mask: (text: string) => text,
    resolve: async (text: string) => text,
  } as unknown as Desk
}
