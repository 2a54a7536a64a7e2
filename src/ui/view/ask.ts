import { decide } from '../../state/decide.ts'
import type { Ask, Refusal } from '../../state/intent.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Past } from '../../state/walk.ts'

/** Why the engine would refuse this ask now, in the engine's own words; null: it would not. */
export function refusalNow({ run, me, now, past }: ConsoleState, ask: Ask, gate: string | null): Refusal | null {
  if (past !== null) return inThePast(past)
  if (me.role === 'watch') return watching(run.run?.id ?? '')
  const intent = { id: '', seenSeq: run.seq, epoch: me.epoch, gate: gateOfAsk(ask, gate), ask }
  const decided = decide(run, intent, me, { now, hash: text => text })
  return decided.ok ? null : decided.refusal
}

/** A note, a hold or a change of helm answers no gate: it must not be refused because the run moved on meanwhile. */
export function gateOfAsk(ask: Ask, gate: string | null): string | null {
  return gateless.has(ask.kind) ? null : gate
}

const gateless: ReadonlySet<Ask['kind']> = new Set([
  'take the helm',
  'ask for the helm',
  'give the helm',
  'keep the helm',
  'leave the helm',
  'edit the message',
  'send again',
  'end sessions',
  'hold',
  'sign off',
  'note',
  'stop',
])

export function inThePast({ seq, of }: Past): Refusal {
  return { code: 'past', reason: `This is line ${seq} of ${of}, and past. Back to the present first: Esc, then ask.` }
}

function watching(run: string): Refusal {
  return { code: 'watch', reason: `This console watches and cannot act. To take part: astern attach ${run}` }
}
