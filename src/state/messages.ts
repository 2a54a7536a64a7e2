import { drillPrefix, marked } from './drill/prefix.ts'
import { failedBefore } from './check-change.ts'
import { checklist } from './checklist.ts'
import { dataSentence, wroteToDatabases } from './data-sentence.ts'
import { gateOf } from './gates.ts'
import type { MessageMoment } from './message.ts'
import { nextUpdateMs } from './message-facts.ts'
import { affected, duration, investigating, invited, review, scopeOf, type Parts } from './message-parts.ts'
import { toExecutives } from './messages-executives.ts'
import { toPublic } from './messages-public.ts'
import type { RunState } from './run-state.ts'
import { lockedOut } from './locked-out.ts'
import { isPast, planSteps, servicesDown } from './steps.ts'
import { oneLine, plain } from './text.ts'
import { clockText, hourText, plusMs } from './times.ts'

export type Draft = { readonly subject: string; readonly text: string }

/**
 * What is told at each moment, in plain words: the scope, what is being done, when the next word comes (20 minutes on);
 * at the end what became of the data. Follows the four states of public status pages, investigating to resolved.
 * The public hears no versions, machines or tables; executives what it means, and not how it is done.
 */
export function draftMessage(moment: MessageMoment, state: RunState, now: string, audience = 'team'): Draft {
  const { what, sentences } = partsFor(audience, moment, state, now)
  const severity = audience === 'public' ? undefined : (state.decision?.severity ?? state.proposed?.severity)
  const subject = `${drillPrefix(state.run)}${severity === undefined ? '' : `${severity} `}${state.run?.environment ?? ''}: ${what}`
  return { subject: oneLine(subject), text: plain(sentences.filter(sentence => sentence !== '').join(' ')) }
}

/** As it goes out: the first message as the team has edited it, where it is the team that is told. */
export function wordsOf(moment: MessageMoment, state: RunState, now: string, audience: string): Draft {
  const edited = moment === 'decided' && isOfTeam(audience) ? state.message : null
  return edited === null
    ? draftMessage(moment, state, now, audience)
    : { ...edited, subject: marked(state.run, edited.subject), text: `${withoutNext(edited.text)} ${nextText(now)}` }
}

export function isOfTeam(audience: string): boolean {
  return audience !== 'public' && audience !== 'executives'
}

/** When the next one comes is known only when this one goes. */
export function withoutNext(text: string): string {
  return text.replace(/ ?Next update by \d\d:\d\d UTC\.$/, '')
}

function nextText(now: string): string {
  return `Next update by ${hourText(plusMs(now, nextUpdateMs))} UTC.`
}

function partsFor(audience: string, moment: MessageMoment, state: RunState, now: string): Parts {
  const next = nextText(now)
  const own = toTeam(moment, state, now, next)
  if (audience === 'public') return toPublic(moment, state, now, next) ?? own
  if (audience === 'executives') return toExecutives(moment, state, next, own)
  return own
}

function toTeam(moment: MessageMoment, state: RunState, now: string, next: string): Parts {
  switch (moment) {
    case 'opened':
      return {
        what: 'we are investigating',
        sentences: [investigating(scopeOf(state)), 'Some users may see errors.', next],
      }
    case 'decided':
      return {
        what: heading(state),
        sentences: [...restoring(state), affected(scopeOf(state)), untouched(state), next],
      }
    case 'progress':
      return {
        what: (state.plan?.why ?? null) === null ? 'update' : 'the plan was revised',
        sentences: [revised(state), done(state), stopped(state), next],
      }
    case 'holding':
      return {
        what: 'the rollback waits for a person',
        sentences: [`The rollback is waiting: ${waitsFor(state)}.`, stopped(state), attach(state), next],
      }
    case 'restored':
      return {
        what: 'restored, being checked',
        sentences: [`${runsAgain(state) || 'The target runs again.'} It is watched and checked.`, next],
      }
    case 'resolved':
      return {
        what: 'resolved',
        sentences: [resolved(state, now), checksText(state), dataSentence(state), consistency(state), review(state)],
      }
    case 'failed':
      return {
        what: state.plan?.plan.purpose.kind === 'revision' ? 'the rollback was undone' : 'the rollback ended short',
        sentences: [short(state, now), stopped(state), dataSentence(state), consistency(state), next],
      }
    case 'review':
      return state.review === null
        ? { what: 'post-mortem called off', sentences: [invited(state)] }
        : { what: 'post-mortem', sentences: [invited(state), 'The invitation is attached.'] }
    case 'note':
      return { what: 'note', sentences: [oneLine(state.notes.at(-1)?.text ?? '', 1000)] }
  }
}

function heading(state: RunState): string {
  const plan = state.plan?.plan
  if (plan === undefined) return `decided: ${state.decision?.choice ?? 'nothing yet'}`
  return plan.purpose.kind === 'undo'
    ? `going back to ${plan.target.version} again`
    : `restoring ${plan.target.version}`
}

function restoring(state: RunState): readonly string[] {
  const plan = state.plan?.plan
  if (plan === undefined) return [`Decided: ${state.decision?.choice ?? 'nothing yet'}.`]
  const { from, target, estimateMs, atRisk } = plan
  const rows = atRisk.map(({ table, rows: n, archived }) => `${n} rows of ${table} ${archived ? 'set aside' : 'LOST'}`)
  return [
    plan.purpose.kind === 'undo'
      ? `The rollback of run ${plan.purpose.run} is being undone: ${from} is replaced by ${target.version} again.`
      : `The issue was caused by a recent release, ${from}. We are restoring the previous version, ${target.version}.`,
    `The work is estimated at ${clockText(estimateMs)}.`,
    rows.length === 0 ? '' : `Data, as planned: ${rows.join(', ')}.`,
  ]
}

function untouched(state: RunState): string {
  const changed = new Set(state.plan?.plan.changes.map(({ instance }) => instance.split('@')[0]))
  const rest = Object.keys(state.run?.manifest.services ?? {}).filter(service => !changed.has(service))
  return state.plan === null || rest.length === 0 ? '' : `Not changed: ${rest.join(', ')}.`
}

function revised(state: RunState): string {
  const why = state.plan?.why ?? null
  if (state.last['plan.approved'] === undefined) return 'The rollback is being prepared.'
  return why === null ? 'The rollback goes on.' : `The plan was revised: ${oneLine(why, 400)}.`
}

function done(state: RunState): string {
  const steps = planSteps(state)
  const past = steps.filter(({ id }) => isPast(state.steps[id])).length
  return steps.length === 0 ? '' : `${past} of ${steps.length} steps are done.`
}

function stopped(state: RunState): string {
  const down = servicesDown(state)
  const out = lockedOut(state).map(({ database, writers }) => `${writers.join(', ')} (${database})`)
  return [
    ...(down.length === 0 ? [] : [`Stopped at the moment: ${down.join(', ')}.`]),
    ...(out.length === 0 ? [] : [`Locked out at the moment: ${out.join(', ')}.`]),
  ].join(' ')
}

function attach(state: RunState): string {
  return `Take it up with: astern attach ${state.run?.id ?? ''}.`
}

function waitsFor(state: RunState): string {
  const gate = gateOf(state)
  switch (gate?.kind) {
    case undefined:
      return 'the next step is about to begin'
    case 'held':
      return oneLine(gate.reason, 400)
    case 'failure':
      return oneLine(state.steps[gate.step]?.fault?.what ?? `${gate.step} failed`, 400)
    case 'unknown':
      return `nobody knows whether ${gate.step} was done`
    case 'nobody at the helm':
      return `${gate.step} destroys something, and nobody is at the helm`
    case 'approve':
      return 'the plan wants to be approved'
    case 'second person':
      return 'the plan wants to be approved by a second person'
    case 'decide':
    case 'plan failed':
    case 'validate':
    case 'follow up':
      return `a person is asked (${gate.kind})`
  }
}

function resolved(state: RunState, now: string): string {
  return `Resolved at ${hourText(now)} UTC; duration ${duration(state, now)}. ${runsAgain(state)}`.trim()
}

function runsAgain({ plan }: RunState): string {
  if (plan === null) return ''
  const { target, from, putBack = [] } = plan.plan
  const apart = putBack.length === 0 ? '' : `, but for ${putBack.join(', ')}, put back to ${from}`
  return `${target.version} runs again${apart}.`
}

function checksText(state: RunState): string {
  const results = Object.values(state.suites.after?.results ?? {})
  if (results.length === 0) return 'No check was run.'
  const passed = results.filter(({ verdict }) => verdict === 'pass' || verdict === 'degraded')
  const before = state.suites.baseline?.results ?? {}
  const old = results.filter(result => failedBefore(before[result.name], result) !== '')
  const known = old.length === 0 ? '' : ` ${old.length} of the others failed before the rollback too.`
  return `${passed.length} of ${results.length} checks pass.${known}`
}

/** Nobody looks for it, and nobody needs to, where a run ended before it wrote to any database. */
function consistency(state: RunState): string {
  if (state.accepted === null && !wroteToDatabases(state)) return ''
  const databases = Object.keys(state.run?.manifest.databases ?? {})
  const proven = checklist(state).find(({ id }) => id === 'database')?.state === 'green'
  return proven || databases.length === 0 ? '' : `The consistency of ${databases.join(', ')} is not proven.`
}

function short(state: RunState, now: string): string {
  const plan = state.plan?.plan
  if (plan?.purpose.kind === 'revision')
    return `The rollback was undone after ${duration(state, now)}: ${plan.from} runs again, with the fault that started this.`
  const why = oneLine(state.closing?.why ?? '', 400)
  return `The rollback ended short of its goal after ${duration(state, now)}${why === '' ? '' : `: ${why}`}.`
}
