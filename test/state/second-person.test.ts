import { describe, expect, test } from 'vitest'
import { answerFor } from '../../src/client/headless.ts'
import { decide } from '../../src/state/decide.ts'
import type { RunEvent } from '../../src/state/event.ts'
import { gateOf } from '../../src/state/gates.ts'
import type { Ask, Asker } from '../../src/state/intent.ts'
import type { SecondPerson } from '../../src/state/manifest.ts'
import { nextWork } from '../../src/state/next.ts'
import { dueMessages } from '../../src/state/outbox.ts'
import { initialState, reduce } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { journal, wholeRun } from '../reports/fixture.ts'

const means = { now: '2026-11-18T03:13:00.000Z', hash: (text: string) => text }

describe('a plan that wants a second person', () => {
  const signed = after(proposed('always'), ana, approval)
  const second: Ask = { kind: 'approve as second', hash: hashOf(signed), typed: ['shop', 'main'] }

  test('is signed by the first, and nothing is done, sent or shown as approved', () => {
    expect(gateOf(signed)).toEqual({
      id: `second person ${hashOf(signed)}`,
      kind: 'second person',
      hash: hashOf(signed),
      since: signed.seq,
    })
    expect(signed.plan?.approved).toBe(null)
    expect(signed.plan?.signed).toMatchObject({ by: 'ana', uid: 1000, typed: ['shop', 'main'] })
    expect(nextWork(signed, means.now).filter(({ kind }) => kind === 'step')).toEqual([])
    expect(dueMessages(signed, means.now).filter(({ moment }) => moment === 'decided')).toEqual([])
  })

  test('is approved by another account, whoever has the helm, and carried out', () => {
    const both = after(signed, ben, second)
    expect(both.plan?.approved).toMatchObject({ by: 'ana', second: 'ben', typed: ['shop', 'main'] })
    expect(both.helm).toEqual(signed.helm)
    expect(nextWork(both, means.now).some(({ kind }) => kind === 'step')).toBe(true)
  })

  test('is not approved twice by one account, nor by nobody knows whom', () => {
    expect(refusalOf(signed, ana, second)).toBe('same person')
    expect(refusalOf(signed, { ...ana, console: 'another of hers' }, second)).toBe('same person')
    const { uid: _, ...unknown } = ben
    expect(refusalOf(signed, unknown, second)).toBe('same person')
  })

  test('wants the same names typed, and the very plan that was signed', () => {
    expect(refusalOf(signed, ben, { ...second, typed: ['shop'] })).toBe('typed')
    expect(refusalOf(signed, ben, { ...second, hash: 'another' })).toBe('plan')
    expect(refusalOf(proposed('always'), ben, second)).toBe('gate')
  })

  test('can be withdrawn by the helm, and then begins with nobody having approved it', () => {
    expect(after(signed, ana, { kind: 'plan again' }).plan).toBe(null)
    expect(refusalOf(signed, ben, { kind: 'plan again' })).toBe('helm')
  })

  test('holds where nobody is at a terminal, and says what is waited for', () => {
    const gate = gateOf(signed)
    expect(gate === null ? null : answerFor(signed, gate, means.now)).toEqual({
      kind: 'hold',
      why: "a second person approves it too, from another account than ana's: astern approve r-1118-a",
    })
  })
})

test('only a plan that destroys something wants one, where only those do', () => {
  const destructive = proposed('destructive')
  expect(after(destructive, ana, approval).plan).toMatchObject({ approved: null, signed: { by: 'ana' } })
  const harmless = after(withoutRisk(destructive), ana, approval)
  expect(harmless.plan).toMatchObject({ approved: { by: 'ana' }, signed: null })
})

const ana: Asker = { name: 'ana', uid: 1000, console: 'c1', epoch: 1 }
const ben: Asker = { name: 'ben', uid: 1001, console: 'b1', epoch: 0 }

const approval = (state: RunState): Ask => ({
  kind: 'approve',
  hash: hashOf(state),
  typed: ['shop', 'main'],
  unattendedUntil: null,
})

function proposed(secondPerson: SecondPerson): RunState {
  let state = initialState
  for (const line of journal(wholeRun)) {
    state = reduce(state, line)
    if (line.event.kind === 'plan.proposed') break
  }
  if (state.run === null) throw new Error('not opened')
  return { ...state, run: { ...state.run, manifest: { ...state.run.manifest, secondPerson } } }
}

function withoutRisk(state: RunState): RunState {
  if (state.plan === null) throw new Error('no plan')
  const steps = state.plan.plan.steps.map(step => ({ ...step, risk: 'disruptive' as const }))
  return { ...state, plan: { ...state.plan, plan: { ...state.plan.plan, steps } } }
}

function hashOf({ plan }: RunState): string {
  return plan?.hash ?? ''
}

function decided(state: RunState, asker: Asker, ask: Ask) {
  const who = { ...asker, epoch: asker.name === 'ana' ? state.helm.epoch : 0 }
  const console = asker.name === 'ana' && asker.console === 'c1' ? (state.helm.holder?.console ?? '') : asker.console
  const intent = { id: `i${state.seq}`, seenSeq: state.seq, epoch: who.epoch, gate: gateOf(state)?.id ?? null, ask }
  return decide(state, intent, { ...who, console }, means)
}

function refusalOf(state: RunState, asker: Asker, ask: Ask): string | null {
  const answer = decided(state, asker, ask)
  return answer.ok ? null : answer.refusal.code
}

function after(state: RunState, asker: Asker, ask: Ask | ((state: RunState) => Ask)): RunState {
  const answer = decided(state, asker, typeof ask === 'function' ? ask(state) : ask)
  if (!answer.ok) throw new Error(answer.refusal.reason)
  return answer.events.reduce((now, event) => reduce(now, lineOf(now, asker, event)), state)
}

function lineOf(state: RunState, { name, uid = 0 }: Asker, event: RunEvent) {
  const [line] = journal([[200, name, event]])
  if (line === undefined) throw new Error('no line')
  return { ...line, seq: state.seq + 1, actor: { name, uid, from: 'here' } }
}
