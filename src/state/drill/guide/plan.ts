import type { AtRisk, Plan } from '../../plan.ts'
import type { PlanState, RunState } from '../../run-state.ts'
import { secondPersonWords } from '../../second-person.ts'
import { spanText } from '../../times.ts'
import { counted, few, type GuideTold } from './told.ts'

export function planning({ decision }: RunState): GuideTold {
  const decided = decision === null ? [] : [`Decided by ${decision.by}: ${decision.choice}, ${decision.severity}.`]
  return {
    key: 'planning',
    what: 'the plan is made',
    now: [
      ...decided,
      'Astern looks for the release to go back to, on every host, and for all that could be in the way.',
    ],
    next: 'Wait a moment: the plan comes by itself. Nothing is touched before you approve it.',
    why: [
      'A rollback that turns out to be impossible half-way is worse than none. So all of it is looked at before anything stops.',
    ],
    good: ['Meanwhile you tell people what users see, and when they will hear more.'],
    wrong: ['Promising when it will be over. Promise when the next word comes, and keep that.'],
  }
}

export function planFailed({ planFault }: RunState): GuideTold {
  return {
    key: 'plan failed',
    what: 'there is no plan',
    now: planFault === null ? ['No plan could be made.'] : [`${planFault.what}. ${planFault.means}`],
    next: planFault?.next ?? 'Choose another release, or make the plan again.',
    ...inTheWay,
  }
}

const inTheWay = {
  why: ['Something this rollback needs is not there. It is far better to know that now than half-way.'],
  good: ['What is in the way is put right, or another release is chosen, and the plan is made again.'],
  wrong: ['Going round it by hand on one host. Then no two hosts are alike, and nobody can say what runs where.'],
}

export function approving(held: PlanState): GuideTold {
  const { plan } = held
  if (plan.blockers.length > 0)
    return {
      key: 'blocked',
      what: 'the plan is blocked',
      now: few(plan.blockers, 'It cannot be approved'),
      next: 'Choose another release, or put right what is in the way and make the plan again.',
      ...inTheWay,
    }
  return {
    key: 'approve',
    what: 'read the plan, then approve it',
    now: [...summary(plan), ...plan.atRisk.map(riskText), ...lastMoment(plan), ...few(plan.warnings, 'Warned')],
    next: `Read it to its end. Then approve it by typing ${names(plan)}.`,
    why: [
      'This is the last moment at which nothing has been touched. What you approve is what is done, and nothing else.',
    ],
    good: [
      'You say three things aloud: what it changes, what is lost, and from where on there is no simple way back.',
      'You look at what it does not change: a flag, a queue or another service may still hold the fault.',
      'The first message says what users see, and guesses at no cause.',
    ],
    wrong: [
      'Approving because everybody waits. The names are typed so that one person reads.',
      `A pipeline that is left on: it deploys ${plan.from} again while you go back to ${plan.target.version}.`,
      'Going back further than needed, "to be safe". Each release further is more that was never tried together.',
    ],
  }
}

export function secondPerson(run: RunState): GuideTold {
  return {
    key: 'second person',
    what: 'a second person has to approve',
    now: [`Approved by ${run.plan?.signed?.by ?? 'one person'}. Nothing is done before ${secondPersonWords(run)}`],
    next: 'Call them, and tell them in two sentences what they are to approve.',
    why: ['Something in this plan cannot be undone. Two people who read it see more than one.'],
    good: ['They read it themselves, on their own screen, and ask one question.'],
    wrong: ['Reading it to them until they say yes. Then it is one pair of eyes with two names.'],
  }
}

function summary({ from, target, order, orderReason, steps, estimateMs }: Plan): readonly string[] {
  const size = `${counted(steps.length, 'step')}, about ${spanText(estimateMs)}`
  return [`From ${from} back to ${target.version}, ${order}: ${size}.`, orderReason]
}

function riskText({ database, table, column, rows, archived }: AtRisk): string {
  const what = `${counted(rows, 'row')} of ${table}${column === null ? '' : `.${column}`} in ${database}`
  return archived ? `${what} leave their place, and are kept beside it.` : `${what} are lost.`
}

function lastMoment({ pointOfNoReturn, steps }: Plan): readonly string[] {
  const last = steps.find(({ id }) => id === pointOfNoReturn)
  return last === undefined ? [] : [`From "${last.title}" on there is no simple way back.`]
}

function names({ typed }: Plan): string {
  return [typed.environment, ...typed.databases].join(' and ')
}
