import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/state/event.ts'
import { decide } from '../../src/state/decide.ts'
import { gateOf } from '../../src/state/gates.ts'
import type { Ask, Intent } from '../../src/state/intent.ts'
import { initialState, reduce } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { journal, wholeRun } from '../reports/fixture.ts'

const means = { now: '2026-11-18T03:13:00.000Z', hash: (text: string) => text }

describe('an intent', () => {
  test('is taken once: the same id again leads to nothing and is no refusal', () => {
    const state = stateAt(({ kind }) => kind === 'plan.proposed')
    const first = decide(state, intent(state, { kind: 'note', text: 'seen' }, null), helm(state), means)
    expect(first).toEqual({
      ok: true,
      events: [
        { kind: 'intent.taken', id: 'i', ask: 'note' },
        { kind: 'note.added', text: 'seen' },
      ],
    })
    const after = { ...state, intents: ['i'] }
    expect(decide(after, intent(after, { kind: 'note', text: 'seen' }, null), helm(after), means)).toEqual({
      ok: true,
      events: [],
    })
  })

  test('to stop or to undo does not wait for a message under way', () => {
    const state = stateAt(({ kind }) => kind === 'plan.approved')
    const begun = { ...Object.values(state.steps)[0]!, id: 'message.decided.ops', status: 'running' } as const
    const sending = { ...state, steps: { ...state.steps, [begun.id]: begun } }
    const asks: readonly Ask[] = [
      { kind: 'stop', reason: 'enough' },
      { kind: 'undo', step: null },
    ]
    for (const ask of asks)
      expect(decide(sending, intent(sending, ask, null), helm(sending), means)).toMatchObject({ ok: true })
    const stopping = { ...sending, steps: { ...sending.steps, 'api.stop': { ...begun, id: 'api.stop' } } }
    for (const ask of asks)
      expect(decide(stopping, intent(stopping, ask, null), helm(stopping), means)).toMatchObject({
        ok: false,
        refusal: { code: 'running' },
      })
  })

  test('decided before its gate last changed is refused, and so is one that names another gate', () => {
    const state = stateAt(({ kind }) => kind === 'plan.proposed')
    const ask: Ask = { kind: 'plan again' }
    const gate = gateOf(state)
    expect(decide(state, intent(state, ask, gate?.id ?? ''), helm(state), means).ok).toBe(true)
    const late = { ...intent(state, ask, gate?.id ?? ''), seenSeq: (gate?.since ?? 0) - 1 }
    expect(decide(state, late, helm(state), means)).toMatchObject({ ok: false, refusal: { code: 'stale' } })
    expect(decide(state, intent(state, ask, 'approve another'), helm(state), means)).toMatchObject({
      ok: false,
      refusal: { code: 'stale' },
    })
  })

  test('that asks for the other configuration has the plan made again with it, where containers differ', () => {
    const state = stateAt(({ kind }) => kind === 'plan.proposed')
    const ask: Ask = { kind: 'plan again', configuration: 'recorded' }
    const gate = gateOf(state)?.id ?? ''
    expect(decide(state, intent(state, ask, gate), helm(state), means)).toMatchObject({
      ok: false,
      refusal: { code: 'configuration', reason: expect.stringContaining('nothing to choose') },
    })
    const drifted = onDocker(state)
    const decided = decide(drifted, intent(drifted, ask, gate), helm(drifted), means)
    const withdrawn: RunEvent = { kind: 'plan.withdrawn', hash: drifted.plan?.hash ?? '', configuration: 'recorded' }
    expect(decided).toMatchObject({ ok: true, events: [{ kind: 'intent.taken' }, withdrawn] })
    const again = reduce(drifted, { ...journal(wholeRun)[0]!, seq: drifted.seq + 1, event: withdrawn })
    expect([again.plan, again.run?.options]).toEqual([null, { ...drifted.run?.options, configuration: 'recorded' }])
    const back = reduce(again, {
      ...journal(wholeRun)[0]!,
      seq: again.seq + 1,
      event: { ...withdrawn, configuration: 'today' },
    })
    expect(back.run?.options).toEqual(state.run?.options)
  })

  test('that asks for another target is refused where no plan could be made for it, and at an undo', () => {
    const state = stateAt(({ kind }) => kind === 'plan.proposed')
    const gate = gateOf(state)?.id ?? ''
    const found = { found: ['ledger'], complete: true, knownGoodAt: null, passedOver: null } as const
    const candidates = [
      { ...found, version: '1.2.2', target: true, cannot: null },
      { ...found, version: '1.2.1', target: false, cannot: null },
      { ...found, version: '1.3.0', target: false, cannot: 'it runs now, everywhere' },
    ]
    const held = state.plan!
    const known = { ...state, plan: { ...held, plan: { ...held.plan, candidates } } }
    const asked = (version: string, at = known) =>
      decide(at, intent(at, { kind: 'plan again', version }, gate), helm(at), means)
    const withdrawn: RunEvent = { kind: 'plan.withdrawn', hash: held.hash, version: '1.2.1' }
    expect(asked('1.2.1')).toMatchObject({ ok: true, events: [{ kind: 'intent.taken' }, withdrawn] })
    expect(asked('1.3.0')).toMatchObject({
      refusal: { code: 'target', reason: '1.3.0 cannot be gone back to: it runs now, everywhere.' },
    })
    expect(asked('9.9')).toMatchObject({
      refusal: { code: 'target', reason: 'No release 9.9 is known. Known are: 1.2.2, 1.2.1, 1.3.0.' },
    })
    const undoing = { ...known, run: { ...known.run!, purpose: { kind: 'undo', run: 'r-1' } as const } }
    expect(asked('1.2.1', undoing)).toMatchObject({ refusal: { code: 'target' } })
  })

  test('that asks for a backup in the place of a reversal has the plan made again with it, where one is known', () => {
    const state = stateAt(({ kind }) => kind === 'plan.proposed')
    const ask: Ask = { kind: 'plan again', restore: 'newest' }
    const gate = gateOf(state)?.id ?? ''
    expect(decide(state, intent(state, ask, gate), helm(state), means)).toMatchObject({
      ok: false,
      refusal: { code: 'restore', reason: expect.stringContaining('declare backups:') },
    })
    const held = state.plan!
    const known = { ...state, plan: { ...held, plan: { ...held.plan, restorable: ['main from nightly'] } } }
    const withdrawn: RunEvent = { kind: 'plan.withdrawn', hash: held.hash, restore: 'newest' }
    expect(decide(known, intent(known, ask, gate), helm(known), means)).toMatchObject({
      ok: true,
      events: [{ kind: 'intent.taken' }, withdrawn],
    })
    const line = journal(wholeRun)[0]!
    const again = reduce(known, { ...line, seq: known.seq + 1, event: withdrawn })
    expect(again.run?.options).toEqual({ ...state.run?.options, restore: { backup: null, salvage: true } })
    const back = reduce(again, { ...line, seq: again.seq + 1, event: { ...withdrawn, restore: 'none' } })
    expect(back.run?.options).toEqual(state.run?.options)
  })

  test('of somebody who is not at the helm, or was before, is refused with who is', () => {
    const state = stateAt(({ kind }) => kind === 'plan.proposed')
    const asker = { name: 'bo', console: 'other', epoch: state.helm.epoch }
    expect(decide(state, intent(state, { kind: 'hold', reason: '' }, null), asker, means)).toMatchObject({
      ok: false,
      refusal: { code: 'helm', reason: expect.stringContaining('ana has the helm') },
    })
    const old = { ...helm(state), epoch: state.helm.epoch - 1 }
    expect(decide(state, intent(state, { kind: 'hold', reason: '' }, null), old, means)).toMatchObject({
      ok: false,
      refusal: { code: 'helm' },
    })
  })

  test.each<[string, Ask]>([
    ['typed', { kind: 'approve', hash: 'a1b2c3d4', typed: ['shop', 'mian'], unattendedUntil: null }],
    ['plan', { kind: 'approve', hash: 'another', typed: ['shop', 'main'], unattendedUntil: null }],
    [
      'until',
      { kind: 'approve', hash: 'a1b2c3d4', typed: ['shop', 'main'], unattendedUntil: '2026-11-18T03:00:00.000Z' },
    ],
    ['gate', { kind: 'retry', step: 'api@local.start' }],
    ['gate', { kind: 'accept validation', reason: null }],
    ['gate', { kind: 'close' }],
    ['reason', { kind: 'stop', reason: ' ' }],
    ['nothing', { kind: 'undo', step: null }],
  ])('is refused as "%s" where what it asks does not stand: %o', (code, ask) => {
    const state = stateAt(({ kind }) => kind === 'plan.proposed')
    const before = structuredClone(state)
    expect(decide(state, intent(state, ask, gateOf(state)?.id ?? null), helm(state), means)).toMatchObject({
      ok: false,
      refusal: { code },
    })
    expect(state).toEqual(before)
  })

  test('to go on without an image that could not be fetched is refused: everything still runs', () => {
    const state = stateAt(event => event.kind === 'step.settled' && event.outcome === 'failed')
    const gate = gateOf(state)
    const failed = Object.values(state.steps).find(({ status }) => status === 'failed')?.id ?? ''
    const skip: Ask = { kind: 'skip', step: failed, reason: 'there is no time' }
    expect(decide(state, intent(state, skip, gate?.id ?? null), helm(state), means).ok).toBe(true)
    const pulling = withPull(state, failed)
    expect(decide(pulling, intent(pulling, skip, gate?.id ?? null), helm(pulling), means)).toMatchObject({
      ok: false,
      refusal: { code: 'needed', reason: expect.stringContaining('Nothing is stopped before the image') },
    })
  })

  test('to undo in the middle becomes a plan of its own, which wants approval', () => {
    const state = stateAt(event => event.kind === 'step.settled' && event.outcome === 'failed')
    const decided = decide(state, intent(state, { kind: 'undo', step: null }, null), helm(state), means)
    if (!decided.ok) throw new Error(decided.refusal.reason)
    const after = journal([
      ...wholeRun.slice(0, state.seq),
      ...decided.events.map(event => [150, 'ana', event] as const),
    ]).reduce(reduce, initialState)
    expect(gateOf(after)).toMatchObject({ kind: 'approve', hash: after.plan?.hash })
    expect([after.plan?.revision, after.plan?.plan.purpose.kind]).toEqual([2, 'revision'])
  })
})

function stateAt(is: (event: RunEvent) => boolean): RunState {
  const lines = journal(wholeRun)
  return lines.slice(0, lines.findIndex(({ event }) => is(event)) + 1).reduce(reduce, initialState)
}

function withPull(state: RunState, id: string): RunState {
  const proposed = state.plan
  if (proposed === null) throw new Error('there is no plan')
  const command = {
    kind: 'service.pull',
    service: 'api',
    host: 'local',
    release: '1.2.2',
    digest: 'sha256:1',
    from: { kind: 'archive', file: '/a.tar' },
    name: null,
  } as const
  const steps = proposed.plan.steps.map(step => (step.id === id ? { ...step, command } : step))
  return { ...state, plan: { ...proposed, plan: { ...proposed.plan, steps } } }
}

function intent(state: RunState, ask: Ask, gate: string | null): Intent {
  return { id: 'i', seenSeq: state.seq, epoch: state.helm.epoch, gate, ask }
}

function helm(state: RunState) {
  return { name: 'ana', console: state.helm.holder?.console ?? '', epoch: state.helm.epoch }
}

/** The same run on a Docker host, where people changed something of a container. */
function onDocker(state: RunState): RunState {
  const { run, plan } = state
  if (run === null || plan === null) return state
  const hosts = Object.keys(run.manifest.hosts).map(name => [
    name,
    { kind: 'docker', endpoint: { kind: 'unix', path: '/s' }, address: '' } as const,
  ])
  return {
    ...state,
    run: { ...run, manifest: { ...run.manifest, hosts: Object.fromEntries(hosts) } },
    plan: { ...plan, plan: { ...plan.plan, drift: ['env MODE changed'] } },
  }
}
