import { describe, expect, test } from 'vitest'
import { decideDrill } from '../../../../src/state/drill/play/decide.ts'
import type { DrillAsk } from '../../../../src/state/drill/play/event.ts'
import type { Ask } from '../../../../src/state/intent.ts'
import type { Moment } from '../../../reports/fixture.ts'
import { drillAfter } from '../played.ts'

/** The fixture's drill began at -100 s; the CEO has asked at 50 s, locks are there, `api-dies` is not. */
const now = (seconds: number): string => new Date(Date.UTC(2026, 10, 18, 3, 10, seconds)).toISOString()

function asked(ask: Ask, more: readonly Moment[] = [], at = 60) {
  const answer = decideDrill(drillAfter(...more), { id: 'i-1', seenSeq: 0, epoch: 0, gate: null, ask }, now(at))
  return answer.ok ? answer.events.slice(1) : answer.refusal.code
}

const halted: Moment = [55, 'ana', { kind: 'drill.ending', why: 'halted', words: 'enough' }]
const closed: Moment = [58, 'astern', { kind: 'run.closed', outcome: 'short', why: 'enough' }]

describe('of a drill may be asked', () => {
  test.each<[string, DrillAsk, unknown]>([
    ['that it ends', { kind: 'halt', reason: ' enough ' }, { kind: 'drill.ending', why: 'halted', words: 'enough' }],
    [
      'an answer',
      { kind: 'answer event', inject: 'ceo', text: ' soon ' },
      { kind: 'event.answered', inject: 'ceo', text: 'soon' },
    ],
    [
      'a hint whose moment has come',
      { kind: 'take a hint', hint: 0 },
      { kind: 'hint.taken', hint: 0, text: 'Which check fails that does not touch the database?', cost: 5 },
    ],
    ['a fault at once', { kind: 'fire', inject: 'api-dies' }, { kind: 'inject.fired', inject: 'api-dies' }],
    [
      'that one waits',
      { kind: 'hold inject', inject: 'api-dies', held: true },
      { kind: 'inject.held', inject: 'api-dies', held: true },
    ],
    ['that something is written down', { kind: 'observe', text: 'calm' }, { kind: 'observation.made', text: 'calm' }],
    ['that something was done by hand', { kind: 'done by hand', text: 'told' }, { kind: 'hand.done', text: 'told' }],
  ])('%s', (_, ask, event) => {
    expect(asked(ask)).toEqual([event])
  })

  test('the same once: asked again under the same id, nothing more happens', () => {
    const taken: Moment = [51, 'ana', { kind: 'intent.taken', id: 'i-1', ask: 'halt' }]
    expect(asked({ kind: 'halt', reason: 'enough' }, [taken])).toEqual([])
  })
})

describe('of a drill is refused', () => {
  const answered: Moment = [55, 'ana', { kind: 'event.answered', inject: 'ceo', text: 'soon' }]
  const hint: Moment = [55, 'ana', { kind: 'hint.taken', hint: 0, text: '', cost: 5 }]
  test.each<[string, Ask, readonly Moment[], string]>([
    ['what is asked of a rollback', { kind: 'take the helm', reason: null }, [], 'drill'],
    ['a halt without a reason', { kind: 'halt', reason: ' ' }, [], 'empty'],
    ['an answer that says nothing', { kind: 'answer event', inject: 'ceo', text: '' }, [], 'empty'],
    ['an answer nobody wants', { kind: 'answer event', inject: 'rumour', text: 'yes' }, [], 'event'],
    ['a second answer', { kind: 'answer event', inject: 'ceo', text: 'later' }, [answered], 'event'],
    ['a hint before its moment', { kind: 'take a hint', hint: 1 }, [], 'hint'],
    ['a hint that is none', { kind: 'take a hint', hint: 7 }, [], 'hint'],
    ['a hint that was taken', { kind: 'take a hint', hint: 0 }, [hint], 'hint'],
    ['a fault that is there', { kind: 'fire', inject: 'locks' }, [], 'inject'],
    ['what was said', { kind: 'fire', inject: 'ceo' }, [], 'inject'],
    ['a fault that the scenario does not have', { kind: 'hold inject', inject: 'other', held: true }, [], 'inject'],
    ['anything new once it is ending', { kind: 'fire', inject: 'api-dies' }, [halted], 'ending'],
    ['a second halt', { kind: 'halt', reason: 'now' }, [halted], 'ending'],
    ['everything once it is over', { kind: 'observe', text: 'calm' }, [halted, closed], 'closed'],
  ])('%s', (_, ask, more, code) => {
    expect(asked(ask, more)).toBe(code)
  })

  test('nothing of what is written down, while it is ending', () => {
    expect(asked({ kind: 'observe', text: 'calm' }, [halted])).toEqual([{ kind: 'observation.made', text: 'calm' }])
    expect(asked({ kind: 'done by hand', text: 'told' }, [halted])).toEqual([{ kind: 'hand.done', text: 'told' }])
  })
})
