import { phaseName } from '../phases.ts'
import type { RunState, StepState } from '../run-state.ts'
import { betweenMs, clockText, plusMs, timeOfDay } from '../times.ts'
import { scenarioOf } from './play/due.ts'
import { injectId } from './play/steps.ts'
import type { Inject, InjectTarget, Moment } from './scenario.ts'

export type InjectStatus =
  | 'to come'
  | 'held back'
  | 'being put there'
  | 'there'
  | 'in doubt'
  | 'failed'
  | 'being taken back'
  | 'taken back'
  | 'not taken back'
  | 'said'
  | 'waits for an answer'
  | 'answered'

export type InjectSeen = {
  readonly id: string
  readonly what: string
  readonly status: InjectStatus
  /** Since when it is so, when it comes, or what was answered. */
  readonly says: string
}

/** Each inject of a drill as whoever leads it sees it, in the scenario's order. */
export function injectsSeen(drill: RunState, now: string): readonly InjectSeen[] {
  return (scenarioOf(drill)?.injects ?? []).map(inject => ({
    id: inject.id,
    what: inject.fault === 'event' ? (inject.text ?? '') : `${inject.fault} of ${targetText(inject.target)}`,
    ...standing(drill, inject, now),
  }))
}

type Standing = Pick<InjectSeen, 'status' | 'says'>

function standing(drill: RunState, inject: Inject, now: string): Standing {
  const said = drill.drill?.said[inject.id]
  if (said !== undefined) {
    if (said.answered !== null) return { status: 'answered', says: `${said.answered.by}: ${said.answered.text}` }
    return { status: said.wantsAnswer ? 'waits for an answer' : 'said', says: `since ${timeOfDay(said.at)}` }
  }
  const [put, undo] = [drill.steps[injectId(inject.id)], drill.steps[`undo.${inject.id}`]]
  if (undo !== undefined && undo.status !== 'waiting') return takenBack(undo)
  if (put !== undefined && put.status !== 'waiting') return isPut(put, inject)
  const fired = drill.drill?.fired[inject.id]
  if (fired !== undefined) return { status: 'to come', says: `fired by ${fired.by}, comes now` }
  if (drill.drill?.held.includes(inject.id) === true) return { status: 'held back', says: 'until it is let go' }
  return { status: 'to come', says: momentText(drill, inject.when, now) }
}

function isPut({ status, settledAt, begunAt, fault }: StepState, { expiresMs }: Inject): Standing {
  const at = settledAt ?? begunAt
  const since = at === null ? '' : `since ${timeOfDay(at)}`
  if (status === 'failed') return { status: 'failed', says: fault?.what ?? '' }
  if (status === 'unknown') return { status: 'in doubt', says: since }
  if (status === 'running') return { status: 'being put there', says: since }
  const ends = expiresMs === null || at === null ? '' : `, ends by itself at ${timeOfDay(plusMs(at, expiresMs))}`
  return { status: 'there', says: `${since}${ends}` }
}

function takenBack({ status, settledAt, fault }: StepState): Standing {
  if (status === 'failed') return { status: 'not taken back', says: fault?.what ?? '' }
  if (status === 'ok' || status === 'already')
    return { status: 'taken back', says: settledAt === null ? '' : `at ${timeOfDay(settledAt)}` }
  return { status: 'being taken back', says: '' }
}

/** `in 1:20`, `in Services, at api.start@web-1` */
function momentText(drill: RunState, when: Moment, now: string): string {
  if (when.kind === 'phase')
    return `in ${phaseName(when.phase)}${when.step === null ? ', at its beginning' : `, at ${when.step}`}`
  const began = drill.drill?.began ?? null
  if (began === null) return `${clockText(when.afterMs)} after the beginning`
  const at = plusMs(began, when.afterMs)
  return at > now ? `in ${clockText(betweenMs(now, at))}` : 'now'
}

export function targetText(target: InjectTarget): string {
  switch (target.kind) {
    case 'service':
      return `${target.service} on ${target.host}`
    case 'host':
      return target.host
    case 'database':
      return target.database
    case 'channel':
      return `the channel ${target.channel}`
    case 'command':
      return target.command
    case 'operator':
      return 'whoever plays it'
  }
}
