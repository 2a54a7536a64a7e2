import { describe, expect, test } from 'vitest'
import { withoutValues, type SeenSession } from '../../src/state/blocked.ts'
import { decide } from '../../src/state/decide.ts'
import { gateOf } from '../../src/state/gates.ts'
import type { RunEvent } from '../../src/state/event.ts'
import type { Ask } from '../../src/state/intent.ts'
import { nextWork } from '../../src/state/next.ts'
import { reduce, replay } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { idleSession as seen, journal, wholeRun } from '../reports/fixture.ts'

const means = { now: '2026-11-18T03:13:00.000Z', hash: (text: string) => text }
const down = 'main.down.20261118.1'
const first = `${down}.end.1`
const other: SeenSession = { ...seen, id: 14, host: '10.0.0.6:1' }
const ends = { kind: 'end sessions', step: down, sessions: [seen] } as const

describe('sessions that keep a step waiting', () => {
  test('are ended as they were named by a person, and the step tries again then', () => {
    const named = then(blocked(), asked(blocked(), ends))
    expect(named.endings).toEqual([
      { step: down, attempt: 1, database: 'main', sessions: [seen], by: 'ana', at: named.at },
    ])
    const command = { kind: 'database.end', database: 'main', sessions: [seen] } as const
    expect(workAt(named)).toMatchObject([
      { id: `step ${first}`, kind: 'step', step: { id: first, command, repeat: 'by state', risk: 'destructive' } },
    ])
    expect(gateOf(named)).toBeNull()
    const ended = then(named, [begun(), settled('ok')])
    expect(workAt(ended)).toEqual([
      { id: `again ${first}`, kind: 'record', events: [{ kind: 'step.retried', step: down }] },
    ])
    expect(gateOf(ended)).toBeNull()
    const again = then(ended, [{ kind: 'step.retried', step: down }])
    expect(workAt(again)).toMatchObject([{ kind: 'step', step: { id: down } }])
  })

  test('that could not be ended leave the step to a person again, who may ask once more', () => {
    const named = then(blocked(), asked(blocked(), ends))
    const failed = then(named, [begun(), settled('failed')])
    expect(gateOf(failed)).toMatchObject({ kind: 'failure', step: down })
    expect(workAt(failed)).toEqual([])
    const twice = then(failed, asked(failed, ends))
    expect(workAt(twice)).toMatchObject([{ kind: 'step', step: { id: `${down}.end.2` } }])
  })

  test('are looked for, and not ended again blindly, when the engine ended in the middle', () => {
    const named = then(blocked(), asked(blocked(), ends))
    const doubt = then(named, [begun(), { kind: 'step.unknown', step: first, attempt: 1, why: 'the engine ended' }])
    expect(workAt(doubt)).toMatchObject([{ kind: 'look', step: { id: first } }])
    expect(gateOf(doubt)).toBeNull()
  })

  test('are those that were seen and no others, none at all, and only while they keep a step waiting', () => {
    const refusals: readonly (readonly [RunState, Ask, string])[] = [
      [blocked(), { ...ends, sessions: [other] }, 'seen'],
      [blocked(), { ...ends, sessions: [{ ...seen, transaction: '2026-11-18 03:12:00' }] }, 'seen'],
      [blocked(), { ...ends, sessions: [] }, 'seen'],
      [blocked([{ ...seen, stays: 'of Astern' }]), { ...ends, sessions: [{ ...seen, stays: 'of Astern' }] }, 'seen'],
      [blocked([seen], 'GRANT it'), ends, 'right'],
      [blocked(), { ...ends, step: 'api@local.stop' }, 'blocked'],
      [then(blocked(), [{ kind: 'step.retried', step: down }]), ends, 'blocked'],
    ]
    for (const [state, ask, code] of refusals)
      expect(decide(state, intent(state, ask), helm(state), means)).toMatchObject({ ok: false, refusal: { code } })
  })

  test('can be ended while the statement waits, which goes on by itself then', () => {
    const waiting = then(running(), [{ kind: 'sessions.blocking', database: 'main', sessions: [seen] }])
    const named = then(waiting, asked(waiting, ends))
    expect(workAt(named)).toMatchObject([{ kind: 'step', step: { id: first } }])
    const ended = then(named, [begun(), settled('ok'), { kind: 'sessions.blocking', database: 'main', sessions: [] }])
    expect(workAt(ended)).toEqual([])
    expect(decide(ended, intent(ended, ends), helm(ended), means)).toMatchObject({ refusal: { code: 'blocked' } })
  })

  test('are ended by the helm alone', () => {
    const state = blocked()
    expect(decide(state, intent(state, ends), { ...helm(state), console: 'another' }, means)).toMatchObject({
      refusal: { code: 'helm' },
    })
  })
})

test('what a session runs is shown without what people wrote into it', () => {
  expect(
    withoutValues(`UPDATE t SET a = 'it''s \\' me', b = "x""y", c = 0xFF, d = -1.5e3, e2 = 12 WHERE k IN (1, '2`),
  ).toBe('UPDATE t SET a = ?, b = ?, c = ?, d = -?, e2 = ? WHERE k IN (?, ?')
})

/** What is to be done about the statement; all others of the fixture wait for nothing. */
function workAt(state: RunState) {
  return nextWork(state, means.now).filter(({ id }) => id.includes(down))
}

/** A statement is at work. */
function running(): RunState {
  const lines = journal(wholeRun)
  return replay(lines.slice(0, lines.findIndex(({ event }) => event.kind === 'step.begun' && event.step === down) + 1))
}

/** It has given up. */
function blocked(sessions: readonly SeenSession[] = [seen], cannotEnd?: string): RunState {
  const fault = {
    code: 'database.blocked',
    what: 'Database main keeps the statement waiting',
    means: '',
    next: '',
    blocked: { sessions, ...(cannotEnd === undefined ? {} : { cannotEnd }) },
  }
  return then(running(), [
    {
      kind: 'step.settled',
      step: down,
      attempt: 1,
      outcome: 'failed',
      says: '',
      observed: null,
      fault,
      output: null,
    },
  ])
}

function then(state: RunState, events: readonly RunEvent[]): RunState {
  const [line] = journal(wholeRun)
  return events.reduce((now, event) => reduce(now, { ...line!, seq: now.seq + 1, event }), state)
}

function asked(state: RunState, ask: Ask): readonly RunEvent[] {
  const decided = decide(state, intent(state, ask), helm(state), means)
  if (!decided.ok) throw new Error(decided.refusal.reason)
  return decided.events
}

function intent(state: RunState, ask: Ask) {
  return { id: `i${state.seq}`, seenSeq: state.seq, epoch: state.helm.epoch, gate: null, ask }
}

function helm(state: RunState) {
  return { name: 'ana', console: state.helm.holder?.console ?? '', epoch: state.helm.epoch }
}

function begun(): RunEvent {
  const command = { kind: 'database.end', database: 'main', sessions: [seen] } as const
  return { kind: 'step.begun', step: first, attempt: 1, command, commandHash: 'h', repeat: 'by state', epoch: 1 }
}

function settled(outcome: 'ok' | 'failed'): RunEvent {
  const fault = outcome === 'ok' ? null : { code: 'database.denied', what: 'no', means: '', next: '' }
  return { kind: 'step.settled', step: first, attempt: 1, outcome, says: '', observed: null, fault, output: null }
}
