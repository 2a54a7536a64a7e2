import { expect, test } from 'vitest'
import { freshMs, stillOurs } from '../../../src/runners/engine/ownership.ts'
import type { Command } from '../../../src/state/command.ts'
import type { Probed } from '../../../src/state/facts.ts'
import type { Step } from '../../../src/state/plan.ts'
import { initialState } from '../../../src/state/reduce.ts'
import type { StepState } from '../../../src/state/run-state.ts'

const start: Command = { kind: 'service.start', service: 'api', host: 'web-1', release: '1.2.2', digest: 'sha256:1' }

test('a step that goes from call to call without a pause looks at no lock twice', async () => {
  const stage = openStage(start)
  stage.pass(freshMs - 1)
  expect([await stage.asks(), stage.looked]).toEqual([null, []])
})

test('one that was stopped for longer looks at the lock of its own host, and then again only after as long', async () => {
  const stage = openStage(start)
  stage.pass(freshMs)
  expect([await stage.asks(), stage.looked]).toEqual([null, ['web-1']])
  stage.pass(freshMs - 1)
  expect([await stage.asks(), stage.looked]).toEqual([null, ['web-1']])
  stage.pass(1)
  expect([await stage.asks(), stage.looked]).toEqual([null, ['web-1', 'web-1']])
})

test('one whose lock is somebody else’s by then is told so, however often it asks', async () => {
  const stage = openStage(start)
  stage.lock('not yet', 'held by run INC-2 of ben')
  stage.pass(90_000)
  const lost = {
    code: 'step.not-ours',
    what: "start api on web-1 was left off: the environment's lock on web-1 is no longer held by this run (held by run INC-2 of ben)",
    means: 'What was done of it until then stands; nothing further was.',
    next: 'Ask whoever has it now what they do, before anything is tried again here.',
  }
  expect(await stage.asks()).toEqual(lost)
  stage.lock('holds', 'held by this run')
  expect(await stage.asks()).toEqual(lost)
  expect(stage.lost()).toBe("the environment's lock on web-1 is no longer held by this run (held by run INC-2 of ben)")
})

test('one that cannot look goes no further until it can: what it would do might be done to somebody else’s environment', async () => {
  const stage = openStage(start)
  stage.lock('unclear', 'nobody answers')
  stage.pass(freshMs)
  const doubtful = { code: 'step.whose', what: expect.stringContaining('cannot be told (nobody answers)') }
  expect([await stage.asks(), stage.lost()]).toMatchObject([doubtful, null])
  stage.lock('holds', 'held by this run')
  expect([await stage.asks(), stage.lost(), stage.looked]).toEqual([null, null, ['web-1', 'web-1']])
})

test('a migration by its own program looks at the host it runs on, and a statement at every lock', async () => {
  const place = {
    kind: 'release',
    service: 'api',
    host: 'web-2',
    release: '1.3.0',
    digest: 'sha256:1',
    directory: null,
  } as const
  const program = {
    kind: 'database.program',
    database: 'main',
    direction: 'down',
    migration: '7',
    argv: ['down'],
    env: {},
    place,
  } as const
  const statement = { ...({} as Extract<Command, { kind: 'database.statement' }>), kind: 'database.statement' } as const
  for (const [command, hosts] of [
    [program, ['web-2']],
    [statement, ['web-1', 'web-2']],
  ] as const) {
    const stage = openStage(command)
    stage.pass(freshMs)
    expect([await stage.asks(), stage.looked]).toEqual([null, hosts])
  }
})

test('taking a lock, and telling people, need none', async () => {
  const message = { ...({} as Extract<Command, { kind: 'message.send' }>), kind: 'message.send' } as const
  for (const command of [{ kind: 'lock.take', host: 'web-1', reason: 'r' }, message] as const) {
    const stage = openStage(command)
    stage.pass(90_000)
    expect([await stage.asks(), stage.looked]).toEqual([null, []])
  }
})

/** A run that holds web-1 and web-2, and one step of it; its clock goes on when it is told to. */
function openStage(command: Command) {
  const looked: string[] = []
  let now = 5_000
  let answer: Pick<Probed, 'verdict' | 'says'> = { verdict: 'holds', says: 'held by this run' }
  const steps = Object.fromEntries(['web-1', 'web-2'].map(host => [`${host}.lock`, taken(host)]))
  const step: Step = { ...({} as Step), id: 'api@web-1.start', title: 'start api on web-1', command }
  const ours = stillOurs(
    {
      mono: () => now,
      state: () => ({ ...initialState, steps }),
      lookAtLock: async ({ host }) => {
        looked.push(host)
        return { ...answer, observed: null }
      },
    },
    step,
  )
  return {
    ...ours,
    looked,
    pass: (ms: number) => void (now += ms),
    lock: (verdict: Probed['verdict'], says: string) => void (answer = { verdict, says }),
  }
}

function taken(host: string): StepState {
  const nothing = {
    begunAt: null,
    settledAt: null,
    says: null,
    fault: null,
    output: null,
    skipped: null,
    unknown: null,
  }
  return {
    ...nothing,
    id: `${host}.lock`,
    status: 'ok',
    attempt: 1,
    command: { kind: 'lock.take', host, reason: 'checkout answers 500' },
    repeat: 'by state',
    observed: null,
    seq: 1,
  }
}
