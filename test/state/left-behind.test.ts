import { expect, test } from 'vitest'
import type { Fault } from '../../src/state/fault.ts'
import { giveBackSteps } from '../../src/state/house-steps.ts'
import { leftLines } from '../../src/state/left-behind.ts'
import { replay } from '../../src/state/reduce.ts'
import type { RunState, StepState } from '../../src/state/run-state.ts'
import { journal, wholeRun } from '../reports/fixture.ts'

const whole = replay(journal(wholeRun))
const [like] = Object.values(whole.steps).filter(({ command }) => command !== null) as [StepState]

function withStep(step: Partial<StepState>, purpose?: NonNullable<RunState['run']>['purpose']): RunState {
  const run = whole.run === null || purpose === undefined ? whole.run : { ...whole.run, purpose }
  const id = step.id ?? 'main.replay'
  return { ...whole, run, steps: { ...whole.steps, [id]: { ...like, ...step, id } } }
}

const reclaim = { kind: 'database.reclaim', database: 'main', run: 'earlier' } as const
const tidied = (state: RunState) => giveBackSteps(state).filter(({ id }) => id.endsWith('.tidy'))

test('a run that laid nothing beside a database drops nothing there, and one that did tidies before it gives its locks back', () => {
  expect(tidied(whole)).toEqual([])
  const state = withStep({ command: reclaim, status: 'failed' })
  expect(tidied(state).map(({ command }) => command)).toEqual([
    { kind: 'database.tidy', database: 'main', runs: [whole.run?.id] },
  ])
  expect(giveBackSteps(state).map(({ id }) => id.replace(/^.*\./, ''))).toEqual(
    expect.arrayContaining(['tidy', 'release']),
  )
  const ids = giveBackSteps(state).map(({ id }) => id)
  expect(ids.indexOf('main.tidy')).toBeLessThan(ids.findIndex(id => id.endsWith('.release')))
})

test('an undo tidies for the run that it takes back too', () => {
  const state = withStep({ command: reclaim, status: 'ok' }, { kind: 'undo', run: 'earlier' })
  expect(tidied(state)[0]?.command).toMatchObject({ runs: [whole.run?.id, 'earlier'] })
})

test('what could not be dropped is named, with what to do', () => {
  const fault: Fault = {
    code: 'database.not-tidied',
    what: 'It stands',
    means: 'Nothing',
    next: 'Drop it',
  }
  const command = { kind: 'database.tidy', database: 'main', runs: ['r'] } as const
  expect(leftLines(withStep({ id: 'main.tidy', command, status: 'failed', fault }))).toEqual(['It stands. Drop it'])
  expect(leftLines(withStep({ id: 'main.tidy', command, status: 'ok', fault: null }))).toEqual([])
})
