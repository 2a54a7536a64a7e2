import { describe, expect, test } from 'vitest'
import { incidentMarkdown } from '../../src/reports/markdown.ts'
import { checklist } from '../../src/state/checklist.ts'
import type { RunEvent, Stage } from '../../src/state/event.ts'
import { availability, impactOf } from '../../src/state/impact.ts'
import { replay } from '../../src/state/reduce.ts'
import { journal, opened, wholeRun, type Moment } from '../reports/fixture.ts'

describe('the impact on users', () => {
  test('is counted from what they reach: how much answered and how quickly, per part of the run, and how long it was down', () => {
    const [front] = impactOf(replay(journal(run)))
    expect(front).toEqual({
      name: 'front',
      by: {
        before: { samples: 10, failures: 1, latencyMs: 30 },
        during: { samples: 40, failures: 20, latencyMs: 75 },
        after: { samples: 30, failures: 0, latencyMs: 20 },
      },
      downMs: 25_000,
    })
    expect(Object.values(front!.by).map(availability)).toEqual(['90 %', '50 %', '100 %'])
  })

  test('of an address that is down yet lasts until the last line; one that could not be asked is neither down nor up', () => {
    const still: readonly Moment[] = [[0, 'ana', declared], changed(10, 'unhealthy'), changed(20, 'unknown'), note(70)]
    expect(impactOf(replay(journal(still))).map(({ downMs }) => downMs)).toEqual([60_000])
    expect(availability({ samples: 3000, failures: 1, latencyMs: null })).toBe('99.9 %')
  })

  test('is what the checklist and the document measure, where it is declared', () => {
    const lines = journal(run)
    const item = checklist(replay(lines)).find(({ id }) => id === 'impact')
    expect(item).toMatchObject({
      state: 'green',
      evidence:
        '0 of 30 requests as users send them failed after the last step, 20 of 40 during it; front was down for 0:25',
    })
    expect(incidentMarkdown(lines)).toContain(
      '| front | 0:25 | 90 % (9 of 10) | 30 ms | 50 % (20 of 40) | 75 ms | 100 % (30 of 30) | 20 ms |',
    )
  })
})

const declared = {
  ...opened,
  manifest: {
    ...(opened as Extract<RunEvent, { kind: 'run.opened' }>).manifest,
    impact: { front: { kind: 'http', url: 'http://shop/', status: 200 } },
  },
} as RunEvent

function changed(at: number, state: 'healthy' | 'unhealthy' | 'unknown'): Moment {
  const signal = { key: 'users:front', at: iso(at), state, release: null, latencyMs: null, note: '' }
  return [at, 'astern', { kind: 'signal.changed', signal }]
}

function summed(at: number, stage: Stage, samples: number, failures: number, latencyMs: number): Moment {
  return [
    at,
    'astern',
    { kind: 'signal.summed', key: 'users:front', stage, from: iso(at), samples, failures, latencyMs },
  ]
}

function note(at: number): Moment {
  return [at, 'ana', { kind: 'note.added', text: 'looking' }]
}

function iso(at: number): string {
  return new Date(Date.UTC(2026, 10, 18, 3, 10, at)).toISOString()
}

/** The whole run, with what was asked as users do in between. */
const run: readonly Moment[] = [
  [0, 'ana', declared],
  ...wholeRun.slice(1, -1),
  summed(300, 'before', 10, 1, 30),
  changed(310, 'unhealthy'),
  summed(320, 'during', 20, 10, 50),
  summed(330, 'during', 20, 10, 100),
  changed(335, 'healthy'),
  summed(340, 'after', 30, 0, 20),
]
