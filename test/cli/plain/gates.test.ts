import { expect, test } from 'vitest'
import { momentOf } from '../../../src/cli/plain/gates/at.ts'
import type { Moment } from '../../../src/cli/plain/gates/moment.ts'
import type { RunEvent } from '../../../src/state/event.ts'
import { gateOf } from '../../../src/state/gates.ts'
import type { ConsoleState } from '../../../src/state/store.ts'
import {
  checkoutCheck,
  fault,
  idleSession,
  plan,
  result,
  steps,
  untilDone,
  wholeRun,
  type Moment as At,
} from '../../reports/fixture.ts'
import { stateAfter } from '../../ui/support/states.ts'

const none = new Set<string>()

test('before the decision, what changed, what fails and what is proposed is told, and Enter decides', () => {
  const moment = at(stateAfter(({ kind }) => kind === 'facts.gathered'))
  const told = textOf(moment)
  expect(told).toContain('1 Assess: shop (PRODUCTION)')
  expect(told).toContain('check checkout (must): fails, expected status 201, got 500')
  expect(told).toContain('api on local: running, 1.3.0, unhealthy')
  expect(told).toContain('severity SEV-2: 1 of 2 must checks fail; it concerns api@local, checkout')
  expect([wordsOf(moment), moment.otherwise]).toEqual([['decide', 'facts', 'stop'], 'decide'])
})

test('while the plan waits, everything that the screen offers is offered, what is off with its reason; Enter reads before it approves', () => {
  const state = stateAfter(({ kind }) => kind === 'plan.proposed')
  const moment = at(state)
  expect(moment.ways.map(({ word, off }) => [word, off ?? 'on'])).toEqual([
    ['plan', 'on'],
    ['approve', 'on'],
    ['diff', 'on'],
    ['another', 'No other release is known that could be gone back to.'],
    ['again', 'on'],
    ['restore', 'No backup is known that a database could be restored from: declare backups: in astern.yaml.'],
    ['replay', 'A binlog is replayed into a backup: choose to restore one first.'],
    ['configuration', 'No container is configured in another way than it was recorded: nothing to choose.'],
    ['rehearse', 'Nothing says where main may be rehearsed: rehearsal: in astern.yaml.'],
    ['message', 'on'],
    ['preview', 'on'],
    ['stop', 'on'],
  ])
  expect([moment.otherwise, at(state, new Set(['plan'])).otherwise]).toEqual(['plan', 'approve'])
})

test('a plan that restores a backup offers the reversal, and to do without the replay', () => {
  const options = { ...plan.options, restore: { backup: null, salvage: true, replay: { until: null } } }
  const restoring = { ...plan, options, restorable: ['main from nightly'], replayable: ['main to now'] }
  const moment = at(proposed({ kind: 'plan.proposed', plan: restoring, hash: 'a1' }))
  expect(wordsOf(moment)).toEqual(expect.arrayContaining(['reverse', 'no replay']))
})

test('a plan that is blocked says by what, and nothing is approved by Enter', () => {
  const moment = at(proposed({ kind: 'plan.proposed', plan: { ...plan, blockers: ['no room on local'] }, hash: 'a1' }))
  expect(textOf(moment)).toContain('no room on local')
  expect([moment.otherwise, moment.ways.find(({ word }) => word === 'approve')?.off]).toEqual([
    null,
    'The plan cannot be approved: no room on local',
  ])
})

test('where no plan could be made, the reason is told, and another target can be chosen', () => {
  const moment = at(proposed({ kind: 'plan.failed', fault }))
  expect(textOf(moment)).toContain('Retry, or undo.')
  expect(wordsOf(moment)).toEqual(['again', 'another', 'stop'])
})

test('at a failure each way on is a word, with what the step printed; Enter alone does nothing', () => {
  const moment = at(failed())
  expect(textOf(moment)).toContain('start api 1.2.2 on local: failed, attempt 1')
  expect([wordsOf(moment), moment.otherwise]).toEqual([
    ['output', 'step', 'retry', 'skip', 'put back', 'undo', 'hold', 'stop'],
    null,
  ])
  expect(moment.ways.find(({ word }) => word === 'retry')?.does).toEqual({
    kind: 'ask',
    ask: { kind: 'retry', step: steps.start.id },
  })
  expect(moment.ways.find(({ word }) => word === 'undo')?.does).toEqual({ kind: 'form', dialog: 'undo', about: null })
})

test('sessions that keep a statement waiting are told by name, and can be ended from there', () => {
  const blocked = { ...fault, blocked: { sessions: [idleSession] } }
  const moments: readonly At[] = [
    ...untilBegun(steps.down.id),
    [
      133,
      'astern',
      {
        kind: 'step.settled',
        step: steps.down.id,
        attempt: 1,
        outcome: 'failed',
        says: '',
        observed: null,
        fault: blocked,
        output: null,
      },
    ],
  ]
  const moment = at(stateAfter(event => event.kind === 'step.settled' && event.outcome === 'failed', 'helm', moments))
  expect(textOf(moment)).toContain('session 12 of shop')
  expect(moment.ways.find(({ word }) => word === 'end')?.does).toEqual({
    kind: 'form',
    dialog: 'end',
    about: steps.down.id,
  })
})

test('after the checks, each that does not pass is told with what was expected and got; over them nothing is accepted by Enter', () => {
  const good = at(stateAfter(event => event.kind === 'checks.ended' && event.suite === 'after'))
  expect([wordsOf(good), good.otherwise]).toEqual([['accept', 'checks', 'again', 'undo', 'stop'], 'accept'])
  const broken = wholeRun.map(([when, who, event]): At => {
    const bad = event.kind === 'check.settled' && event.suite === 'after' && event.result.name === checkoutCheck.name
    const told = result(checkoutCheck, 'fail', 'expected status 201, got 503')
    return [when, who, bad ? { ...event, result: told } : event]
  })
  const moment = at(stateAfter(event => event.kind === 'checks.ended' && event.suite === 'after', 'helm', broken))
  expect(textOf(moment)).toContain(
    'check checkout (must): fails, expected status 201, got 503; against before: failed before',
  )
  expect(moment.otherwise).toBeNull()
})

test('in the follow-up Enter leads to what is left: the lessons, waiting, the close', () => {
  const after = (kind: RunEvent['kind']): Moment => at(stateAfter(event => event.kind === kind))
  expect(
    [after('validation.accepted'), after('lessons.added'), after('report.written')].map(one => one.otherwise),
  ).toEqual(['lessons', 'wait', 'close'])
  expect(textOf(after('validation.accepted'))).toContain('Rollback completed: green, 4 of 4 steps done')
})

test('whoever lost the helm looks on, and is told who has it', () => {
  const state = stateAfter(({ kind }) => kind === 'plan.proposed')
  const moment = at({ ...state, me: { ...state.me, console: 'another' } })
  expect(textOf(moment)).toContain('ana has the helm')
  expect([wordsOf(moment), moment.otherwise]).toEqual([['ask', 'wait'], 'wait'])
  const asked = { name: 'another', console: 'another', at: state.now, reason: null }
  const waiting = { ...state.run, helm: { ...state.run.helm, asked } }
  expect(wordsOf(at({ ...state, run: waiting, me: { ...state.me, console: 'another' } }))).toEqual(['take', 'wait'])
})

function at(state: ConsoleState, seen: ReadonlySet<string> = none): Moment {
  const gate = gateOf(state.run)
  if (gate === null) throw new Error('the run waits for nobody')
  return momentOf(state, gate, seen)
}

function wordsOf({ ways }: Moment): readonly string[] {
  return ways.map(({ word }) => word)
}

function textOf({ tells }: Moment): string {
  return tells.map(({ text }) => text).join('\n')
}

function proposed(event: RunEvent): ConsoleState {
  const before = wholeRun.findIndex(([, , { kind }]) => kind === 'plan.proposed')
  return stateAfter(({ kind }) => kind === event.kind, 'helm', [...wholeRun.slice(0, before), [62, 'astern', event]])
}

function failed(): ConsoleState {
  return stateAfter(event => event.kind === 'step.settled' && event.outcome === 'failed', 'helm', untilDone)
}

function untilBegun(id: string): readonly At[] {
  const begun = wholeRun.findIndex(([, , event]) => event.kind === 'step.begun' && event.step === id)
  return wholeRun.slice(0, begun + 1)
}
