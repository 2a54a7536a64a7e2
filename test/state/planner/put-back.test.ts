import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../src/state/plan.ts'
import { planPutBack, whyNotPutBack } from '../../../src/state/planner/put-back.ts'
import { planRevision } from '../../../src/state/planner/revision.ts'
import { freshStep } from '../../../src/state/reduce-step.ts'
import type { RunState, StepStatus } from '../../../src/state/run-state.ts'
import { planned } from './planned.ts'

const plan = planned({ api: { hosts: ['a', 'b'] }, gateway: { hosts: ['a'], dependsOn: ['api'] } })

describe('putting one service back', () => {
  const steps = stepsOf(plan, {
    'gateway@a.stop': 'ok',
    'api@a.stop': 'ok',
    'api@a.point': 'ok',
    'api@a.start': 'failed',
  })
  const back = planPutBack({ plan, steps, revision: 2 }, { service: 'api', host: 'a' }).plan

  test('undoes what was done to it, latest first, and to nothing else', () => {
    const undone = back.steps.filter(({ id }) => id.includes('.undo2'))
    expect(undone.map(({ title }) => title)).toEqual([
      'stop api on a',
      'point api on a at bad',
      'start api bad on a',
      'wait until api on a is healthy',
    ])
  })

  test('keeps every step of the others, and has what waited for it wait until it is back', () => {
    const ids = back.steps.map(({ id }) => id)
    const others = plan.steps.map(({ id }) => id).filter(id => !id.startsWith('api@a.'))
    expect(ids.filter(id => !id.includes('.undo2'))).toEqual(others)
    const known = new Set(ids)
    const last = back.steps.findLast(({ id }) => id.includes('.undo2'))?.id
    for (const { id, needs } of back.steps) {
      expect([id, needs.filter(need => !known.has(need))]).toEqual([id, []])
      const waited = plan.steps.find(one => one.id === id)?.needs.some(need => need.startsWith('api@a.')) === true
      if (waited) expect([id, needs]).toEqual([id, expect.arrayContaining([last])])
    }
  })

  test('is no rollback of it: the plan says so, and proves the others alone', () => {
    expect([back.putBack, back.changes.map(({ instance }) => instance)]).toEqual([['api@a'], ['api@b', 'gateway@a']])
    expect(back.steps.some(({ id }) => id === 'api@a.prove')).toBe(false)
    expect(back.warnings).toEqual(['api@a runs bad again, with the fault that started this, beside good elsewhere'])
  })

  test('is refused where nothing was done to it, where the step is about no service, and while the schema still has to go back', () => {
    expect(whyNotPutBack(plan, steps, 'api@a.start')).toBeNull()
    expect(whyNotPutBack(plan, steps, 'api@b.start')).toBe('Nothing was done yet to api on b.')
    expect(whyNotPutBack(plan, steps, 'a.freeze')).toBe(
      'a.freeze is about no service on a host: nothing to put back there.',
    )
    const down = { ...plan.steps[0]!, id: 'main.down', phase: 4, risk: 'destructive', title: 'drop notes' } as const
    expect(whyNotPutBack({ ...plan, steps: [...plan.steps, down] }, steps, 'api@a.start')).toBe(
      'drop notes is still to be done, with api stopped: retry, or undo all.',
    )
  })
})

describe('undoing all after one service was put back', () => {
  const other = { 'api@b.stop': 'ok', 'api@b.point': 'ok', 'api@b.start': 'ok', 'api@b.health': 'ok' } as const
  const first = stepsOf(plan, { 'api@a.stop': 'ok', 'api@a.point': 'ok', 'api@a.start': 'failed', ...other })
  const back = planPutBack({ plan, steps: first, revision: 2 }, { service: 'api', host: 'a' }).plan
  const putBack = ['api@a.start.undo2', 'api@a.point.undo2', 'api@a.stop.undo2', 'api@a.stop.undo2.health']
  const undone = (stands: readonly StepStatus[]) => {
    const own = Object.fromEntries(putBack.map((id, index) => [id, stands[index] ?? 'waiting']))
    return planRevision({ plan: back, steps: stepsOf(back, { ...other, ...own }), revision: 3 })
  }
  const others = ['stop api on b', 'point api on b at bad', 'start api bad on b', 'wait until api on b is healthy']

  test('takes back the rest alone, where that one is back', () => {
    const { plan: all, diff } = undone(['ok', 'ok', 'ok', 'ok'])
    expect(all.steps.map(({ title }) => title)).toEqual(others)
    expect(diff.filter(line => line.startsWith('+'))).toEqual(others.map(title => `+ ${title}`))
  })

  test('first brings that one to its end, where it was left half-way, under ids of their own', () => {
    const { plan: all, diff } = undone(['ok', 'failed'])
    expect(all.steps.map(({ title }) => title)).toEqual([
      'point api on a at bad',
      'start api bad on a',
      'wait until api on a is healthy',
      ...others,
    ])
    expect(all.steps.map(({ id }) => id).filter(id => back.steps.some(one => one.id === id))).toEqual([])
    expect(all.steps.map(({ needs }) => needs)).toEqual(
      all.steps.map((_, index) =>
        all.steps
          .slice(0, index)
          .slice(-1)
          .map(({ id }) => id),
      ),
    )
    expect(diff.filter(line => line.includes('api on a'))).toEqual([])
  })

  test('tells of that one as of the rest: nothing is apart from what the plan wants any more', () => {
    const { plan: all } = undone(['ok', 'ok', 'ok', 'ok'])
    expect(all).not.toHaveProperty('putBack')
    expect(all.changes.map(({ instance, from, to }) => [instance, from, to])).toEqual([
      ['api@b', 'good', 'bad'],
      ['gateway@a', 'good', 'bad'],
      ['api@a', 'good', 'bad'],
    ])
  })

  test('is offered, and not that the same one is put back twice', () => {
    const steps = stepsOf(back, { 'api@a.start.undo2': 'ok', 'api@a.point.undo2': 'failed' })
    expect(whyNotPutBack(back, steps, 'api@a.point.undo2')).toBe(
      'This plan puts api on a back already: retry what failed of that, or undo all.',
    )
  })

  test('names all that were put back, where a second one is', () => {
    const steps = stepsOf(back, other)
    expect(planPutBack({ plan: back, steps, revision: 3 }, { service: 'api', host: 'b' }).plan).toMatchObject({
      putBack: ['api@a', 'api@b'],
      warnings: ['api@a, api@b run bad again, with the fault that started this, beside good elsewhere'],
    })
  })
})

function stepsOf({ steps }: Plan, stands: Readonly<Record<string, StepStatus>>): RunState['steps'] {
  return Object.fromEntries(
    steps.map(({ id, command, repeat }, index) => {
      const status = stands[id] ?? 'waiting'
      const begun = status === 'waiting' ? {} : { command, repeat, attempt: 1 }
      return [id, { ...freshStep(id, index), ...begun, status, seq: 10 + Object.keys(stands).indexOf(id) }]
    }),
  )
}
