import { afterEach, expect, test } from 'vitest'
import { checklist } from '../../src/state/checklist.ts'
import { planSteps } from '../../src/state/steps.ts'
import { openStage, rollbackArgs, runsOf, stateOf, type Stage } from './support.ts'

let stage: Stage | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
})

test('one service of a bad deployment goes back alone, is proven, and the others are told of as left and not as failed', async () => {
  stage = await openStage({ bad: '1.2.3', orderEveryMs: 0 })
  const ran = await stage.astern(await rollbackArgs(stage, ['--service', 'api']))
  const state = stateOf(runsOf(stage.home)[0] ?? '')
  const left = ['gateway@local', 'worker@local']
  expect(state.plan?.plan.leftAside).toEqual(left)
  expect(
    planSteps(state).flatMap(({ command }) => (command.kind === 'service.prove' ? [command.service] : [])),
  ).toEqual(['api', 'auth'])
  expect(Object.values(state.steps).filter(({ status }) => status === 'failed')).toEqual([])
  expect([ran.code, state.closed?.outcome]).toEqual([1, 'short'])
  expect(checklist(state).filter(({ state: is }) => is !== 'green')).toMatchObject([
    { id: 'services', state: 'red', evidence: `${left.join(', ')} left as before by --service: versions are mixed` },
  ])
})
