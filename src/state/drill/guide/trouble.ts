import type { RunState } from '../../run-state.ts'
import { servicesDown, stepTitle } from '../../steps.ts'
import { versionsLine, versionsOf } from '../../versions.ts'
import { few, type GuideTold } from './told.ts'

export function failure(run: RunState, step: string, gate: string): GuideTold {
  const fault = run.steps[step]?.fault ?? null
  return {
    key: gate,
    what: 'a step failed',
    now: [
      `Failed: ${stepTitle(run, step)}.`,
      ...(fault === null ? [] : [`${fault.what}. ${fault.means}`]),
      ...whatStands(run),
    ],
    next: fault?.next ?? 'Choose: try it again, leave it out with a reason, put it back, undo, or hold.',
    why: ['The run stands still on purpose. Nothing further begins until you choose, and what was done stays done.'],
    good: [
      'You read what the step printed before you choose.',
      'You try again where the reason is gone; you leave it out only where you can say what is missing then; you undo where it gets worse.',
      'If nobody knows after five minutes, you bring the services up again as they were, and think then.',
    ],
    wrong: [
      'Trying again three times, in hope.',
      'Leaving it out to get on: the checklist stays red, and later steps may stand on it.',
      'Putting it right by hand, and no note of it.',
    ],
  }
}

export function doubt(run: RunState, step: string, gate: string): GuideTold {
  const says = run.steps[step]?.says ?? null
  return {
    key: gate,
    what: 'nobody knows whether a step was done',
    now: [
      `In doubt: ${stepTitle(run, step)}.`,
      ...(says === null || says === '' ? [] : [`Looking found: ${says}.`]),
      ...whatStands(run),
    ],
    next: 'Look for yourself whether it was done. Then say so: it is tried again, or left out with the reason.',
    why: [
      'The link or the machine was lost at the one moment that counts. Astern never takes a step for done that it has not seen.',
    ],
    good: ['Somebody looks at the target itself, and says what is there, not what should be there.'],
    wrong: ['Trying it again without looking. What was done already is then done twice.'],
  }
}

export function held({ held: is }: RunState): GuideTold {
  return {
    key: 'held',
    what: 'the run is held',
    now: [
      `Held${is === null ? '' : ` by ${is.by === 'person' ? 'a person' : 'Astern'}: ${is.reason}`}. Nothing further begins.`,
    ],
    next: 'Resume when the reason is gone; or undo what was done.',
    why: [
      'A hold is for a question that has to be answered first. While it lasts nothing gets better for users by itself.',
    ],
    good: ['Everybody knows the question, who answers it, and until when.'],
    wrong: ['A hold that nobody owns. With services down it is an outage of your own.'],
  }
}

export function nobody(run: RunState, step: string): GuideTold {
  return {
    key: 'nobody at the helm',
    what: 'nobody is at the helm',
    now: [`Next would be: ${stepTitle(run, step)}. It destroys something, and does not begin while nobody is there.`],
    next: 'Take the helm, and it goes on.',
    why: ['What cannot be taken back begins only while somebody is there who can stop it.'],
    good: ['Whoever takes the helm says so aloud.'],
    wrong: ['Taking it without having read what comes next.'],
  }
}

function whatStands(run: RunState): readonly string[] {
  const versions = versionsOf(run)
  return [
    ...few(servicesDown(run), 'Down now'),
    ...(versions?.mixed === true ? [`Versions are ${versionsLine(versions)}.`] : []),
  ]
}
