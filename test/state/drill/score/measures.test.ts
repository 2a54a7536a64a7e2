import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../../../src/state/event.ts'
import type { MeasureId } from '../../../../src/state/drill/score/measures.ts'
import type { Score } from '../../../../src/state/drill/score/score.ts'
import type { Signal } from '../../../../src/state/signal.ts'
import { decision, wholeRun, type Moment } from '../../../reports/fixture.ts'
import { drillMoments, scenario, score, withBefore } from './stage.ts'

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 18, 3, 10, 0) + seconds * 1000).toISOString()

/** The first fault is there half a minute before the run is opened. */
function took(found: Score, id: MeasureId): string {
  const one = found.measures.find(measure => measure.id === id)
  return one?.tookMs == null ? `${one?.standing ?? 'none'}` : `${one.tookMs / 1000} s`
}

function signal(seconds: number, key: string, state: Signal['state']): Moment {
  const of: Signal = { key, at: at(seconds), state, release: null, latencyMs: null, note: '' }
  return [seconds, 'astern', { kind: 'signal.changed', signal: of }]
}

function with_(...more: readonly Moment[]): readonly Moment[] {
  return [...wholeRun, ...more].toSorted(([a], [b]) => a - b)
}

function without(kind: RunEvent['kind'], of = wholeRun): readonly Moment[] {
  return of.filter(([, , event]) => event.kind !== kind)
}

function decidedWith(change: Partial<typeof decision>): readonly Moment[] {
  return wholeRun.map(
    ([when, who, event]): Moment =>
      event.kind === 'decision.made'
        ? [when, who, { ...event, decision: { ...decision, ...change } }]
        : [when, who, event],
  )
}

describe('a drill that was played well', () => {
  test('took so long for each, from the first fault on, and kept every target', () => {
    expect(score().measures.map(({ id, tookMs, standing }) => [id, tookMs, standing])).toEqual([
      ['detect', 30_000, 'kept'],
      ['declare', 90_000, 'kept'],
      ['decide', 150_000, 'kept'],
      ['mitigate', 199_000, 'kept'],
      ['verify', 210_000, 'kept'],
      ['first message', 150_600, 'kept'],
      ['longest silence', 150_600, 'kept'],
    ])
  })
})

describe('detected', () => {
  test.each<[string, readonly Moment[], string]>([
    ['is when people said it was', decidedWith({ detected: { at: at(-10), by: 'the pager' } }), '20 s'],
    [
      'is at once where they wrote the minute that the fault came in',
      decidedWith({ detected: { at: at(-60), by: '' } }),
      '0 s',
    ],
    [
      'is what they did first where they say a time before there was anything',
      decidedWith({ detected: { at: at(-200), by: '' } }),
      '30 s',
    ],
    [
      'is what they did first where they said who, and not when',
      decidedWith({ detected: { at: null, by: 'a customer' } }),
      '30 s',
    ],
  ])('%s', (_, played, expected) => {
    expect(took(score(drillMoments(), [played]), 'detect')).toBe(expected)
  })

  test('is nothing that Astern did, or whoever leads the drill: it is missed once its time has passed', () => {
    expect(took(score(drillMoments(), [wholeRun.filter(([, who]) => who === 'astern')]), 'detect')).toBe('missed')
  })
})

describe('decided', () => {
  test('is a rollback once its plan is approved, and any other choice by itself', () => {
    expect(took(score(drillMoments(), [decidedWith({ choice: 'hold' })]), 'decide')).toBe('90 s')
    expect(took(score(drillMoments(), [without('plan.approved')]), 'decide')).toBe('not measured')
  })

  test('is what was decided last, where it was decided twice', () => {
    const again = decidedWith({ choice: 'configuration only' }).map(
      ([when, who, event]): Moment => [when + 1, who, event],
    )
    const found = score(drillMoments(), [decidedWith({ choice: 'hold' }), again])
    expect([took(found, 'declare'), took(found, 'decide')]).toEqual(['90 s', '91 s'])
  })
})

describe('mitigated', () => {
  test.each<[string, readonly Moment[], string]>([
    ['is the last step where no signal told of harm', wholeRun, '199 s'],
    [
      'is when the last service was healthy again',
      with_(
        signal(5, 'api@local', 'unhealthy'),
        signal(6, 'auth@local', 'unhealthy'),
        signal(169.5, 'api@local', 'healthy'),
        signal(175, 'auth@local', 'healthy'),
      ),
      '205 s',
    ],
    [
      'is by what users reach before it is by services',
      with_(
        signal(5, 'users:front', 'unhealthy'),
        signal(5, 'api@local', 'unhealthy'),
        signal(140, 'users:front', 'healthy'),
        signal(205, 'api@local', 'healthy'),
      ),
      '170 s',
    ],
    [
      'is not when it broke again afterwards',
      with_(
        signal(5, 'users:front', 'unhealthy'),
        signal(100, 'users:front', 'healthy'),
        signal(110, 'users:front', 'unhealthy'),
      ),
      'not measured',
    ],
    [
      'is not where nobody could see',
      with_(signal(5, 'users:front', 'unhealthy'), signal(100, 'users:front', 'unknown')),
      'not measured',
    ],
    ['is nothing while a step is open', without('step.settled'), 'not measured'],
  ])('%s', (_, played, expected) => {
    expect(took(score(drillMoments(), [played]), 'mitigate')).toBe(expected)
  })

  test('is also by the checks that whoever leads the drill asks', () => {
    const drill = withBefore(
      withBefore(drillMoments(), 'drill.joined', signal(-20, 'log in', 'unhealthy')),
      'observation.made',
      signal(130, 'log in', 'healthy'),
    )
    expect(took(score(drill), 'mitigate')).toBe('160 s')
  })

  test('is never by what the drill took back itself', () => {
    const drill = [
      ...withBefore(drillMoments(), 'drill.joined', signal(-20, 'log in', 'unhealthy')),
      signal(216, 'log in', 'healthy'),
    ]
    expect(took(score(drill), 'mitigate')).toBe('not measured')
  })
})

describe('told', () => {
  test('is silence where no message was delivered, and missed once the target has passed', () => {
    const silent = wholeRun.filter(([, , event]) => !('step' in event && event.step.startsWith('message.')))
    const strict = { ...scenario, targets: { ...scenario.targets, firstMessageMs: 241_000, longestSilenceMs: 199_000 } }
    const found = score(drillMoments(strict), [silent]).measures.slice(5)
    // The drill ended 242 s after the first fault; users were served again after 199 s.
    expect(found.map(({ standing, tookMs, waitedMs }) => [standing, tookMs, waitedMs])).toEqual([
      ['missed', null, 242_000],
      ['not measured', null, 199_000],
    ])
  })

  test('is counted up to when users were served again, and no further', () => {
    const late = with_(signal(5, 'users:front', 'unhealthy'), signal(209, 'users:front', 'healthy'))
    expect(took(score(drillMoments(), [late]), 'longest silence')).toBe('150.6 s')
    const strict = late.map(
      ([when, who, event]): Moment =>
        'step' in event && event.step === 'message.decided.ops' ? [when - 110, who, event] : [when, who, event],
    )
    expect(took(score(drillMoments(), [strict.toSorted(([a], [b]) => a - b)]), 'longest silence')).toBe('169.8 s')
  })
})

describe('a target', () => {
  test('that is exactly met is kept, and one that is a millisecond less is missed', () => {
    const spans = Object.fromEntries(score().measures.map(({ id, tookMs }) => [id, tookMs ?? 0]))
    const targets = (less: number) => ({
      detectMs: (spans['detect'] ?? 0) - less,
      declareMs: (spans['declare'] ?? 0) - less,
      decideMs: (spans['decide'] ?? 0) - less,
      mitigateMs: (spans['mitigate'] ?? 0) - less,
      verifyMs: (spans['verify'] ?? 0) - less,
      firstMessageMs: (spans['first message'] ?? 0) - less,
      longestSilenceMs: (spans['longest silence'] ?? 0) - less,
    })
    const standings = (less: number): readonly string[] =>
      score(drillMoments({ ...scenario, targets: targets(less) })).measures.map(({ standing }) => standing)
    expect([standings(0), standings(1)]).toEqual([Array(7).fill('kept'), Array(7).fill('missed')])
  })

  test('that is not given is neither', () => {
    const none = Object.fromEntries(Object.keys(scenario.targets).map(key => [key, null])) as typeof scenario.targets
    const found = score(drillMoments({ ...scenario, targets: none }))
    expect(found.measures.map(({ standing }) => standing)).toEqual(Array(7).fill('no target'))
  })
})

test('nothing is measured where nothing was injected, and a drill counts what was played up to its end alone', () => {
  const nothing = drillMoments().filter(([, , event]) => !('step' in event) && event.kind !== 'event.said')
  expect(score(nothing).measures.map(({ tookMs, standing }) => [tookMs, standing])).toEqual(
    Array(7).fill([null, 'not measured']),
  )
  const short = drillMoments().map(
    ([when, who, event]): Moment =>
      event.kind === 'drill.ending' ? [125, who, { ...event, why: 'deadline' }] : [when, who, event],
  )
  expect(score(short).measures.map(({ standing }) => standing)).toEqual([
    'kept',
    'kept',
    'kept',
    'not measured',
    'not measured',
    'kept',
    'kept',
  ])
})
