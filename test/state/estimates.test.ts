import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimateText } from '../../src/state/estimate-text.ts'
import type { Facts } from '../../src/state/facts.ts'
import { tookIn, type Past, type Took } from '../../src/state/past.ts'
import { planHash, type Plan, type Step } from '../../src/state/plan.ts'
import { criticalPath, withEstimates } from '../../src/state/planner/estimate.ts'
import { sameStep } from '../../src/state/planner/same-step.ts'
import { facts as seen, journal, plan, steps, wholeRun } from '../reports/fixture.ts'
import { timing } from './planner/timing.ts'

const whole = journal(wholeRun)

describe('what a run took', () => {
  test('is told by what its steps do, the attempt that ended well alone, and not by what failed before', () => {
    const took = new Map(tookIn(whole).map(({ key, ms }) => [key, ms]))
    const start = { ...steps.start.command, release: 'another', digest: 'sha256:another' }
    expect(took.get(sameStep(start))).toBe(2000)
    expect(took.get(sameStep(steps.archive.command))).toBe(1000)
  })

  test('leaves out what it had to wait: a stable time that is declared is not learnt', () => {
    const command = { kind: 'service.health', service: 'api', host: 'local', release: '1.2.2' } as const
    const took = tookIn(
      journal([
        ...wholeRun.slice(0, 1),
        [
          1,
          'astern',
          { kind: 'step.begun', step: 'h', attempt: 1, command, commandHash: '', repeat: 'by state', epoch: 1 },
        ],
        [
          3,
          'astern',
          {
            kind: 'step.settled',
            step: 'h',
            attempt: 1,
            outcome: 'ok',
            says: '',
            observed: null,
            fault: null,
            output: null,
          },
        ],
      ]),
    )
    expect(took.map(({ ms }) => ms)).toEqual([1500])
  })
})

describe('the estimate of a plan', () => {
  test('is the median of what the same steps took in past runs, with the spread, and the others by their kind', () => {
    const key = sameStep(steps.stop.command)
    const made = withEstimates(plan, known([[took(key, 41_000)], [took(key, 38_000)], [took(key, 70_000)], []]))
    const stop = made.steps.find(({ id }) => id === steps.stop.id)
    expect(stop).toMatchObject({
      estimateMs: 41_000,
      estimated: { from: 'runs', runs: 3, leastMs: 38_000, mostMs: 70_000 },
    })
    expect(stop && estimateText(stop)).toBe('0:41, 0:38 to 1:10 in 3 runs')
    expect(made.steps.find(({ id }) => id === steps.start.id)).toEqual(steps.start)
    expect(made.estimates).toEqual(['1 of 6 steps are estimated from 4 past runs, the others by their kind.'])
    expect(made.estimateMs).toBe(41_000)
  })

  test('of a step over rows grows with them, where they were counted then and now', () => {
    const key = sameStep(steps.archive.command)
    const facts: Facts = { ...seen, databases: { main: database({ order_notes: 50_000 }) } }
    const past = known([[{ key, ms: 2000, size: 10_000 }], [{ key, ms: 4000, size: null }]], facts)
    expect(withEstimates(plan, past).steps.find(({ id }) => id === steps.archive.id)).toMatchObject({
      estimateMs: 7000,
      estimated: { runs: 2, leastMs: 4000, mostMs: 10_000, scaled: true },
    })
  })

  test('changes nothing that is approved: the hash of a plan is the same whatever past runs took', () => {
    const hash = (of: Plan): string => planHash(of, text => text)
    expect(hash(withEstimates(plan, known([[took(sameStep(steps.stop.command), 99_000)]])))).toBe(hash(plan))
  })

  test('lies between the shortest and the longest that was seen, and the plan takes its longest chain, whatever the runs', () => {
    const key = sameStep(steps.stop.command)
    fc.assert(
      fc.property(fc.array(fc.nat(600_000), { minLength: 1, maxLength: 30 }), all => {
        const made = withEstimates(plan, known(all.map(ms => [took(key, ms)])))
        const stop = made.steps.find(({ id }) => id === steps.stop.id) as Step
        const asked = all.slice(0, 10)
        expect(stop.estimated).toMatchObject({ leastMs: Math.min(...asked), mostMs: Math.max(...asked) })
        expect(stop.estimateMs).toBeGreaterThanOrEqual(Math.min(...asked))
        expect(stop.estimateMs).toBeLessThanOrEqual(Math.max(...asked))
        expect(made.estimateMs).toBe(criticalPath(made.steps))
      }),
    )
  })
})

function took(key: string, ms: number): Took {
  return { key, ms, size: null }
}

function known(runs: readonly (readonly Took[])[], facts: Facts = seen) {
  const past: Past = { runs: runs.map((all, index) => ({ run: `r-${index}`, took: all })), notRead: [] }
  return { past, facts, timing }
}

function database(rows: Readonly<Record<string, number>>): Facts['databases'][string] {
  return {
    fault: null,
    fingerprint: null,
    schema: [],
    applied: [],
    migrations: [],
    rows,
    sizeBytes: null,
    freeBytes: null,
  }
}
