import { stagesOf } from './channel.ts'
import { gateOf } from './gates.ts'
import { lockedOut } from './locked-out.ts'
import type { MessageMoment } from './message.ts'
import type { RunState } from './run-state.ts'
import { servicesDown, stepsDone } from './steps.ts'

/** A message that should exist by now and does not. `id` is one for good: it becomes the delivery id. */
export type DueMessage = {
  readonly id: string
  readonly channel: string
  readonly audience: string
  readonly moment: MessageMoment
}

export function dueMessages(state: RunState, now: string): readonly DueMessage[] {
  const channels = Object.entries(state.run?.manifest.notify ?? {})
  const due = [...moments(state), ...updates(state, now), ...reviews(state)].flatMap(({ name, moment }) =>
    channels
      .filter(([, channel]) => stagesOf(channel).includes(moment))
      .map(([channel, { audience }]) => ({ id: `${name}.${channel}`, channel, audience, moment })),
  )
  return due.filter(({ id }) => state.messages[id] === undefined)
}

/** When the word that was promised last is due; null where none is, or nobody would get it. */
export function nextUpdateAt(state: RunState): string | null {
  if (state.accepted !== null || state.closing !== null || state.closed !== null) return null
  const channels = state.run?.manifest.notify ?? {}
  const promised = Object.values(state.messages).findLast(({ command: { channel } }) => {
    const told = channels[channel]
    return told !== undefined && stagesOf(told).includes('progress')
  })
  return promised?.command.facts?.next ?? null
}

type Moment = { readonly name: string; readonly moment: MessageMoment }

function moments(state: RunState): readonly Moment[] {
  if (state.plan === null || state.last['plan.approved'] === undefined) return before(state)
  const all: Moment[] = [{ name: 'decided', moment: 'decided' }]
  if (state.plan.revision > 1 && state.plan.approved !== null)
    all.push({ name: `progress.${state.plan.revision}`, moment: 'progress' })
  const gate = gateOf(state)
  const waits =
    gate !== null &&
    ['failure', 'unknown', 'held', 'nobody at the helm', 'approve', 'second person'].includes(gate.kind)
  if (waits && (servicesDown(state).length > 0 || lockedOut(state).length > 0))
    all.push({ name: `holding.${gate.since}`, moment: 'holding' })
  if (state.accepted !== null) all.push(ended(state))
  else if (state.closing?.outcome === 'short') all.push({ name: 'failed', moment: 'failed' })
  else if (state.closing === null && stepsDone(state) && !isUndone(state))
    all.push({ name: 'restored', moment: 'restored' })
  return all
}

/** Told once a person has said what it is and that it is rolled back; and then also that it came to nothing. */
function before(state: RunState): readonly Moment[] {
  const told = Object.values(state.messages).some(({ command }) => command.moment === 'opened')
  if (state.closing !== null) return told ? [{ name: 'failed', moment: 'failed' }] : []
  const byRule = state.run?.options.emergency === true || state.run?.purpose.kind === 'undo'
  return state.decision?.choice === 'roll back' && !byRule ? [{ name: 'opened', moment: 'opened' }] : []
}

function updates(state: RunState, now: string): readonly Moment[] {
  const next = nextUpdateAt(state)
  return next === null || now < next
    ? []
    : [{ name: `update.${state.last['message.queued'] ?? 0}`, moment: 'progress' }]
}

/** Each time it is booked anew or called off: the invitation with the next number is about the one before. */
function reviews({ review, calledOff }: RunState): readonly Moment[] {
  const told = review ?? calledOff?.told ?? null
  return told === null ? [] : [{ name: `review.${told.sequence}`, moment: 'review' }]
}

function ended(state: RunState): Moment {
  return isUndone(state) ? { name: 'failed', moment: 'failed' } : { name: 'resolved', moment: 'resolved' }
}

function isUndone(state: RunState): boolean {
  return state.plan?.plan.purpose.kind === 'revision'
}
