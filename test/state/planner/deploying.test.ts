import { expect, test } from 'vitest'
import type { Facts } from '../../../src/state/facts.ts'
import { amidDeploys, deployWarnings } from '../../../src/state/planner/deploying.ts'

const bare: Facts = { at: '2026-11-22T03:12:40.000Z', services: {}, databases: {}, records: {} }

test('a deploy is told by host, with who does it, what was seen of it and what to do; nothing where nobody is seen', () => {
  const signs = ['updating a', 'updating b', 'updating c', 'updating d', 'updating e']
  const deploying = {
    swarm: [{ by: 'stack shop', isUnderWay: true, signs, agoMs: 12_400 }],
    'a-1': [{ by: null, isUnderWay: false, signs: ['made api'], agoMs: 0 }],
  }
  expect(deployWarnings({ ...bare, deploying })).toEqual([
    'a-1: a deploy may be under way (made api; the newest sign is 0 s old): if it has not ended it may undo this. Look whether it has, stop it if not, and then plan again',
    'swarm: a deploy is under way by stack shop (updating a, updating b, updating c, updating d and 1 more; the newest sign is 12 s old): it may undo this, or take away what this plan was made from. Stop it or wait for its end, then plan again',
  ])
  expect(deployWarnings(bare)).toEqual([])
})

test('a refusal says beside its reason that a deploy may be half of it', () => {
  const fault = { code: 'target.none', what: 'There is none', means: 'Nothing was touched.', next: 'Look.' }
  const deploying = { 'a-1': [{ by: null, isUnderWay: true, signs: ['replacing api'], agoMs: 1000 }] }
  expect(amidDeploys(fault, { ...bare, deploying })).toEqual({
    ...fault,
    means:
      'Nothing was touched. a-1: a deploy is under way (replacing api; the newest sign is 1 s old): it may undo this, or take away what this plan was made from. Stop it or wait for its end, then plan again.',
  })
  expect(amidDeploys(fault, bare)).toBe(fault)
})
