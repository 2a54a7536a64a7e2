import type { MessageMoment } from './command.ts'
import { gateOf } from './gates.ts'
import { lockedOut } from './locked-out.ts'
import type { RunState } from './run-state.ts'
import { servicesDown } from './steps.ts'

/** A message that should exist by now and does not. `id` is one for good: it becomes the delivery id. */
export type DueMessage = {
  readonly id: string
  readonly channel: string
  readonly audience: string
  readonly moment: MessageMoment
}

export function dueMessages(state: RunState): readonly DueMessage[] {
  const channels = Object.entries(state.run?.manifest.notify ?? {})
  const due = moments(state).flatMap(({ name, moment }) =>
    channels.map(([channel, { audience }]) => ({ id: `${name}.${channel}`, channel, audience, moment })),
  )
  return due.filter(({ id }) => state.messages[id] === undefined)
}

function moments(state: RunState): readonly { readonly name: string; readonly moment: MessageMoment }[] {
  if (state.plan === null || state.last['plan.approved'] === undefined) return []
  const all: { name: string; moment: MessageMoment }[] = [{ name: 'decided', moment: 'decided' }]
  if (state.plan.revision > 1 && state.plan.approved !== null)
    all.push({ name: `progress.${state.plan.revision}`, moment: 'progress' })
  const gate = gateOf(state)
  const waits = gate !== null && ['failure', 'unknown', 'held', 'nobody at the helm', 'approve'].includes(gate.kind)
  if (waits && (servicesDown(state).length > 0 || lockedOut(state).length > 0))
    all.push({ name: `holding.${gate.since}`, moment: 'holding' })
  if (state.accepted !== null) all.push(ended(state))
  else if (state.closing?.outcome === 'short') all.push({ name: 'failed', moment: 'failed' })
  return all
}

function ended(state: RunState): { readonly name: string; readonly moment: MessageMoment } {
  const undone = state.plan?.plan.purpose.kind === 'revision'
  return undone ? { name: 'failed', moment: 'failed' } : { name: 'resolved', moment: 'resolved' }
}
