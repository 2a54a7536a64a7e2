import { describe, expect, test } from 'vitest'
import type { Line, RunEvent } from '../../../src/state/event.ts'
import type { Plan } from '../../../src/state/plan.ts'
import { restoreSteps } from '../../../src/state/planner/restore-steps.ts'
import { planRevision } from '../../../src/state/planner/revision.ts'
import { step } from '../../../src/state/planner/steps.ts'
import { freshStep, reduceStep } from '../../../src/state/reduce-step.ts'
import { initialState } from '../../../src/state/reduce.ts'
import type { RunState } from '../../../src/state/run-state.ts'
import { servicesDown } from '../../../src/state/steps.ts'
import { planned } from './planned.ts'

const drain = {
  calls: [{ kind: 'http', method: 'POST', url: 'http://{host}/drain', status: 200 }],
  waitMs: 5000,
} as const
const reload = [{ kind: 'command', argv: ['nginx', '-s', 'reload'] }] as const

describe('undoing in the middle of a run', () => {
  const plan = planned({ api: { hosts: ['a'] } })

  test('takes back a start that failed, since what does not stay up may be on its way up again', () => {
    const undone = undoing(plan, {
      'api@a.stop': ['begun', 'ok'],
      'api@a.point': ['begun', 'ok'],
      'api@a.start': ['begun', 'failed'],
    })
    expect(undone).toEqual([
      'stop api on a',
      'point api on a at bad',
      'start api bad on a',
      'wait until api on a is healthy',
    ])
  })

  test.each([
    ['failed', ['begun', 'failed']],
    ['failed, and was seen to be done by the next attempt', ['begun', 'failed', 'retried', 'already']],
    ['was cut off, and seen to be done', ['begun', 'unknown', 'already']],
    ['is in doubt', ['begun', 'unknown']],
    ['failed, and was skipped because a person did it by hand', ['begun', 'failed', 'skipped']],
    ['had been done when it was looked at, by a bastion that was lost', ['already']],
  ] as const)('brings back what was stopped where that stop %s', (_, happened) => {
    expect(undoing(plan, { 'api@a.stop': happened })).toEqual(['start api bad on a', 'wait until api on a is healthy'])
  })

  test('leaves alone what was never begun, for its host could not be looked at', () => {
    expect(undoing(plan, { 'api@a.stop': ['failed'] })).toEqual([])
  })

  test('leads requests back where leading them away failed half-way', () => {
    const drained = planned({ api: { hosts: ['a'], traffic: { drain, reload } } })
    expect(undoing(drained, { 'api@a.drain': ['begun', 'failed'] })).toEqual(['lead traffic to api on a again'])
  })

  test('leads requests to what came back, also where nothing was drained', () => {
    const led = planned({ api: { hosts: ['a'], traffic: { reload } } })
    expect(undoing(led, { 'api@a.stop': ['begun', 'ok'] })).toEqual([
      'start api bad on a',
      'wait until api on a is healthy',
      'lead traffic to api on a again',
    ])
  })

  test('leads requests away from what was started beside, once that is taken away', () => {
    const first = planned({ api: { hosts: ['a'], traffic: { startFirst: true, drain, reload } } })
    const undone = undoing(first, {
      'api@a.beside': ['begun', 'ok'],
      'api@a.beside-reload': ['begun', 'ok'],
      'api@a.drain': ['begun', 'ok'],
    })
    expect(undone).toEqual([
      'lead traffic to api on a again',
      'take away what was started beside api on a',
      'lead traffic to api on a again',
    ])
  })

  test('puts a container back after the one it is bound to', () => {
    const bound = planned({ api: { hosts: ['a'] }, side: { hosts: ['a'] } }, { 'side@a': { sharesWith: ['api'] } })
    const order = ['side@a.stop', 'api@a.stop', 'api@a.point', 'api@a.start', 'side@a.point', 'side@a.start']
    const undone = undoing(bound, Object.fromEntries(order.map(id => [id, ['begun', 'ok'] as const])))
    expect(undone).toEqual([
      'stop side on a',
      'stop api on a',
      'point api on a at bad',
      'point side on a at bad',
      'start api bad on a',
      'wait until api on a is healthy',
      'start side bad on a',
      'wait until side on a is healthy',
    ])
  })

  test.each([
    ['was cut off, and seen to have run', ['begun', 'unknown', 'already']],
    ['may have run', ['begun', 'unknown']],
  ] as const)('is refused where a statement %s', (_, happened) => {
    const migration = { database: 'main', direction: 'down', migration: '2', index: 1, of: 1 } as const
    const sql = { sql: 'DROP TABLE notes', migrationsTable: 'schema_migrations' }
    const statement = step('main.down.2.1', 4, { kind: 'database.statement', ...migration, ...sql }, [])
    const { blockers } = revision({ ...plan, steps: [...plan.steps, statement] }, { 'main.down.2.1': happened }).plan
    expect(blockers).toEqual([expect.stringContaining('main.down.2.1')])
  })

  const restored = restoring(plan)
  const ids = restored.steps.flatMap(({ id }) => (id.startsWith('main.') ? [id] : []))
  const upTo = (last: string, happened: readonly Happened[]): Readonly<Record<string, readonly Happened[]>> =>
    Object.fromEntries(
      ids.slice(0, ids.indexOf(last) + 1).map(id => [id, id === last ? happened : ['begun', 'ok']] as const),
    )

  test('puts the former tables back before what hangs on them, however far their change of places came', () => {
    expect(undoing(restored, upTo('main.swap', ['begun', 'failed']))).toEqual([
      'put the former tables of main back in their place',
      'make triggers, views, routines and events of main as they were',
      'let writers into main again',
      'drop what the restore of main keeps beside it',
    ])
    expect(undoing(restored, upTo('main.unhook', ['begun', 'failed']))).toEqual([
      'make triggers, views, routines and events of main as they were',
      'let writers into main again',
      'drop what the restore of main keeps beside it',
    ])
    const { steps } = revision(restored, upTo('main.load', ['begun', 'failed'])).plan
    expect(steps.map(({ title, deadlineMs }) => [title, deadlineMs])).toEqual([
      [
        'drop what the restore of main keeps beside it',
        restored.steps.find(({ id }) => id === 'main.load')?.deadlineMs,
      ],
    ])
  })

  test('is refused once the writers are at the restored tables again', () => {
    expect(revision(restored, upTo('main.hook', ['begun', 'ok'])).plan.blockers).toEqual([])
    expect(revision(restored, upTo('main.unfence', ['begun', 'ok'])).plan.blockers).toEqual([
      expect.stringContaining('main was restored, and its writers are at the restored tables again'),
    ])
  })

  test('knows that a service is down from the plan before, until what undoes it has brought it back', () => {
    const stopped = happenedTo(plan, { 'api@a.stop': ['begun', 'ok'] })
    const revised = planRevision({ plan, steps: stopped, revision: 2 }).plan
    const held = {
      plan: revised,
      hash: '',
      revision: 2,
      diff: [],
      why: null,
      proposedSeq: 9,
      signed: null,
      approved: null,
    }
    const state = { ...initialState, plan: held, steps: { ...happenedTo(revised, {}), ...stopped } }
    expect(servicesDown(state)).toEqual(['api@a'])
    const back = happenedTo(revised, { 'api@a.stop.undo2': ['begun', 'ok'] }, state.steps)
    expect(servicesDown({ ...state, steps: back })).toEqual([])
  })

  test('waits for a stop as long as its grace lasts, and for calls as long as they may take', () => {
    const slow = planned({
      api: { hosts: ['a'], stop: { graceMs: 300_000 }, traffic: { reload: Array(12).fill(reload[0]) } },
    })
    const { plan: revised } = revision(slow, { 'api@a.stop': ['begun', 'ok'], 'api@a.start': ['begun', 'ok'] })
    expect(revised.steps.find(({ command }) => command.kind === 'service.stop')?.deadlineMs).toBeGreaterThan(320_000)
    const calls = revised.steps.find(({ command }) => command.kind === 'traffic.reload')
    expect(calls?.deadlineMs).toBeGreaterThan(120_000)
  })
})

/** Loaded, proven and put in its place before the service starts. */
function restoring(plan: Plan): Plan {
  const database = {
    kind: 'mysql',
    server: { kind: 'socket', path: '/s' },
    database: 'shop',
    account: { user: 'astern', password: null },
    writers: ['shop@%'],
    readers: [],
    migrations: null,
    invariants: [],
  } as const
  const backup = {
    name: 'nightly',
    path: '/backups/nightly',
    tool: 'mydumper',
    version: null,
    schema: 'shop',
    begunAt: null,
    finishedAt: null,
    amiss: null,
    read: true,
    checksum: 'none',
    position: null,
    tables: [],
    migrations: null,
    bytes: 1,
    unpackedBytes: null,
  } as const
  const { beside, inside } = restoreSteps(
    {
      name: 'main',
      database,
      backup,
      tables: null,
      fingerprint: '',
      migrations: [],
      salvage: true,
      since: [],
      passedOver: [],
    },
    [],
  )
  return { ...plan, steps: [...plan.steps, ...beside, ...inside] }
}

type Happened = 'begun' | 'ok' | 'already' | 'failed' | 'unknown' | 'retried' | 'skipped'

/** Titles of what undoes it, one after the other. */
function undoing(plan: Plan, happened: Readonly<Record<string, readonly Happened[]>>): readonly string[] {
  const { steps } = revision(plan, happened).plan
  expect(steps.map(({ needs }) => needs)).toEqual(steps.map((_, index) => steps.slice(index - 1, index).map(idOf)))
  return steps.map(({ title }) => title)
}

function idOf({ id }: { readonly id: string }): string {
  return id
}

/** Steps that happened, in the order they are named in. */
function happenedTo(
  plan: Plan,
  happened: Readonly<Record<string, readonly Happened[]>>,
  before: RunState['steps'] = Object.fromEntries(plan.steps.map(({ id }) => [id, freshStep(id, 0)])),
): RunState['steps'] {
  const events = Object.entries(happened).flatMap(([id, all]) => all.map(one => eventOf(plan, id, one)))
  return events.reduce(
    (steps, event, index) =>
      reduceStep(steps, event, {
        seq: 10 * Object.keys(before).length + index,
        ts: '',
        actor: { name: 'ana' },
      } as Line),
    before,
  )
}

function revision(plan: Plan, happened: Readonly<Record<string, readonly Happened[]>>) {
  return planRevision({ plan, steps: happenedTo(plan, happened), revision: 2 })
}

function eventOf(plan: Plan, id: string, happened: Happened): Extract<RunEvent, { kind: `step.${string}` }> {
  const { command, repeat } = plan.steps.find(one => one.id === id)!
  switch (happened) {
    case 'begun':
      return { kind: 'step.begun', step: id, attempt: 1, command, commandHash: '', repeat, epoch: 1 }
    case 'unknown':
      return { kind: 'step.unknown', step: id, attempt: 1, why: 'the engine ended' }
    case 'retried':
      return { kind: 'step.retried', step: id }
    case 'skipped':
      return { kind: 'step.skipped', step: id, reason: 'by hand' }
    case 'ok':
    case 'already':
    case 'failed':
      return {
        kind: 'step.settled',
        step: id,
        attempt: 1,
        outcome: happened,
        says: '',
        observed: null,
        fault: null,
        output: null,
      }
  }
}
