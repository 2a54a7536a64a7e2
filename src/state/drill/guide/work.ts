import type { PhaseNumber } from '../../phases.ts'
import type { RunState } from '../../run-state.ts'
import { isPast, planSteps, servicesDown } from '../../steps.ts'
import { counted, few, type GuideTold } from './told.ts'

const byItself = 'Nothing: it goes on by itself, and stops where it needs you.'

export function services(run: RunState): GuideTold {
  const target = run.plan?.plan.target.version ?? 'the release before'
  return {
    key: 'services',
    what: 'services go back',
    now: [...progress(run, 3), ...few(servicesDown(run), 'Down now, and meant to be')],
    next: byItself,
    why: [
      run.plan?.plan.orderReason ?? 'The order was worked out from what needs what.',
      'What is replaced is kept under another name and not deleted, so that it can be put back until the end.',
    ],
    good: [
      'You watch, and say on the call what is down now and that it is meant to be.',
      'The steps take about as long as was estimated. One that takes twice as long is worth a look before it fails.',
      `Each service is healthy, and proven to be ${target} itself, before the next one goes.`,
    ],
    wrong: [
      'Working by hand on the same hosts while a step is under way.',
      'Holding because you are nervous, while a service is down: users wait for longer. Hold where something is wrong, not where it is slow.',
      'Silence. Say something at the time you promised, even that nothing is new.',
    ],
  }
}

export function database(run: RunState): GuideTold {
  const migrations = run.plan?.plan.migrations ?? []
  const back = migrations.filter(({ direction }) => direction === 'down')
  return {
    key: 'database',
    what: 'the database goes back',
    now: [
      ...progress(run, 4),
      ...few(
        back.map(({ database: name, version, name: title }) => `${version} ${title} in ${name}`),
        'Migrations that are reversed',
      ),
    ],
    next: byItself,
    why: [
      'Old code that meets a schema it does not know fails louder than the release did. So the schema goes back too, a statement at a time, and each is looked at.',
      'Writers are kept out meanwhile, and rows that would be lost are kept beside first.',
    ],
    good: [
      'A statement that has to wait says for whom. You ask that person before anything is ended.',
      'At the end the schema is compared, column by column, with the one that belongs to the old release.',
    ],
    wrong: [
      'Ending a session because it is in the way. It may be the backup.',
      'Sending a statement again by hand because it seems to hang. It may have been done already.',
      'Restoring a whole backup for a few rows. All that was written since is gone then.',
    ],
  }
}

function progress(run: RunState, phase: PhaseNumber): readonly string[] {
  const steps = planSteps(run).filter(step => step.phase === phase)
  const done = steps.filter(({ id }) => isPast(run.steps[id])).length
  const running = steps.filter(({ id }) => run.steps[id]?.status === 'running').map(({ title }) => title)
  return [`${done} of ${counted(steps.length, 'step')} of this phase are done.`, ...few(running, 'At work')]
}
