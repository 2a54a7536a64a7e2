import { changeOf, isBad } from '../../check-change.ts'
import { impactOf } from '../../impact.ts'
import type { RunState } from '../../run-state.ts'
import { spanText } from '../../times.ts'
import { counted, few, type GuideTold } from './told.ts'

export function checking({ plan, suites }: RunState): GuideTold {
  const results = Object.values(suites.after?.results ?? {})
  return {
    key: 'checking',
    what: 'the checks run',
    now: [
      `Every step is done: ${plan?.plan.target.version ?? 'the old release'} runs. ${counted(results.length, 'check')} so far.`,
    ],
    next: 'Wait a moment: the result is yours to accept.',
    ...always,
  }
}

const always = {
  why: [
    'That a service is healthy says that it runs. The checks do what users do, and were run before the rollback too: only the difference tells.',
  ],
  good: [
    'Every check that has to pass does, and those that failed before pass now.',
    'Somebody outside the room tries what users try.',
    'You watch for a few minutes more before you tell anybody that it is over.',
  ],
  wrong: [
    'Accepting with a red check "which is always red". If it is, say so by name; mostly it is not.',
    'Telling the world at the first green.',
  ],
}

export function validating(run: RunState): GuideTold {
  const results = Object.values(run.suites.after?.results ?? {})
  const bad = results.filter(isBad)
  const before = run.suites.baseline?.results ?? {}
  const fixed = results.filter(one => changeOf(before[one.name], one) === 'fixed')
  return {
    key: `validate ${bad.length === 0 ? 'well' : 'ill'}`,
    what: bad.length === 0 ? 'accept the result' : 'not all is well yet',
    now: [
      `${results.length - bad.length} of ${counted(results.length, 'check')} pass.`,
      ...few(
        bad.map(({ name, says }) => `${name} (${says})`),
        'Not well',
      ),
      ...few(
        fixed.map(({ name }) => name),
        'Failed before, and pass now',
      ),
      ...impactOf(run).map(
        ({ name, downMs }) =>
          `Users of ${name}: ${downMs === 0 ? 'never without it' : `without it for ${spanText(downMs)}`}.`,
      ),
    ],
    next:
      bad.length === 0
        ? 'Accept the result: the checks are the evidence.'
        : 'Run the checks again, or undo; to accept it all the same you give a reason, under your name.',
    ...always,
  }
}
