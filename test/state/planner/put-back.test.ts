import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../src/state/plan.ts'
import { planPutBack, whyNotPutBack } from '../../../src/state/planner/put-back.ts'
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

function stepsOf({ steps }: Plan, stands: Readonly<Record<string, StepStatus>>): RunState['steps'] {
  return Object.fromEntries(
    steps.map(({ id, command, repeat }, index) => {
      const status = stands[id] ?? 'waiting'
      const begun = status === 'waiting' ? {} : { command, repeat, attempt: 1 }
      return [id, { ...freshStep(id, index), ...begun, status, seq: 10 + Object.keys(stands).indexOf(id) }]
    }),
  )
}
