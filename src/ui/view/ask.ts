import { decide } from '../../state/decide.ts'
import { drillOf } from '../../state/drill/is-drill.ts'
import { drillRefusal, isDrillAsk } from '../../state/drill/play/decide.ts'
import type { DrillAsk } from '../../state/drill/play/event.ts'
import type { Ask, Refusal } from '../../state/intent.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Past } from '../../state/walk.ts'

/** Why the engine would refuse this ask now, in the engine's own words; null: it would not. */
export function refusalNow(state: ConsoleState, ask: Ask, gate: string | null): Refusal | null {
  const { run, me, now, past } = state
  if (past !== null) return inThePast(past)
  if (isDrillAsk(ask)) return refusalInDrill(state, ask)
  if (me.role === 'watch') return watching(run.run?.id ?? '')
  const intent = { id: '', seenSeq: run.seq, epoch: me.epoch, gate: gateOfAsk(ask, gate), ask }
  const decided = decide(run, intent, me, { now, hash: text => text })
  return decided.ok ? null : decided.refusal
}

/** A note, a hold or a change of helm answers no gate: it must not be refused because the run moved on meanwhile. */
export function gateOfAsk(ask: Ask, gate: string | null): string | null {
  return isDrillAsk(ask) || gateless.has(ask.kind) ? null : gate
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

function refusalInDrill(state: ConsoleState, ask: DrillAsk): Refusal | null {
  const { run, me, now } = state
  const drill = drillOf(state)
  if (drill === null)
    return {
      code: 'drill',
      reason: run.run?.drill === undefined ? 'This run is played in no drill.' : 'The drill was not read yet.',
    }
  return me.role === 'watch' ? watching(run.run?.id ?? '') : drillRefusal(drill, ask, now)
}

function watching(run: string): Refusal {
  return { code: 'watch', reason: `This console watches and cannot act. To take part: astern attach ${run}` }
}
