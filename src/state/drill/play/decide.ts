import { refuse } from '../../decide.ts'
import type { RunEvent } from '../../event.ts'
import type { Ask, Decided, Intent, Refusal } from '../../intent.ts'
import type { RunState } from '../../run-state.ts'
import { notBegun } from './drill-state.ts'
import { hasCome, scenarioOf } from './due.ts'
import type { DrillAsk } from './event.ts'
import { injectId } from './steps.ts'

/** What an intent leads to in a drill. Who sent it twice is heard once. */
export function decideDrill(state: RunState, { id, ask }: Intent, now: string): Decided {
  if (state.intents.includes(id)) return { ok: true, events: [] }
  if (!isDrillAsk(ask))
    return {
      ok: false,
      refusal: refuse(
        'drill',
        'This is a drill, and no rollback: nothing here has a helm. End it with: astern drill --halt',
      ),
    }
  const refusal = drillRefusal(state, ask, now)
  if (refusal !== null) return { ok: false, refusal }
  return { ok: true, events: [{ kind: 'intent.taken', id, ask: ask.kind }, eventOf(state, ask)] }
}

const asks: ReadonlySet<Ask['kind']> = new Set<DrillAsk['kind']>([
  'answer event',
  'take a hint',
  'fire',
  'hold inject',
  'observe',
  'done by hand',
  'halt',
])

export function isDrillAsk(ask: Ask): ask is DrillAsk {
  return asks.has(ask.kind)
}

/** Why this would be refused now, or null. */
export function drillRefusal(state: RunState, ask: DrillAsk, now: string): Refusal | null {
  const drill = state.drill ?? notBegun
  const scenario = scenarioOf(state)
  if (scenario === null || state.closed !== null) return refuse('closed', 'The drill is over.')
  if (ask.kind === 'done by hand' || ask.kind === 'observe') return empty(ask.text)
  if (drill.ending !== null) return refuse('ending', 'The drill is ending: everything is taken back.')
  switch (ask.kind) {
    case 'halt':
      return empty(ask.reason)
    case 'answer event':
      if (drill.said[ask.inject]?.wantsAnswer !== true) return refuse('event', 'Nobody has asked that.')
      if (drill.said[ask.inject]?.answered !== null) return refuse('event', 'It was answered already.')
      return empty(ask.text)
    case 'take a hint': {
      const hint = scenario.hints[ask.hint]
      if (hint === undefined || !hasCome(hint.after, drill, now))
        return refuse('hint', 'There is no hint for this moment.')
      return drill.hints.some(({ hint: taken }) => taken === ask.hint)
        ? refuse('hint', 'That hint was taken already.')
        : null
    }
    case 'fire':
    case 'hold inject':
      if (!scenario.injects.some(({ id }) => id === ask.inject))
        return refuse('inject', `There is no inject ${ask.inject}.`)
      return state.steps[injectId(ask.inject)] !== undefined || drill.said[ask.inject] !== undefined
        ? refuse('inject', `${ask.inject} has happened already.`)
        : null
  }
}

function empty(text: string): Refusal | null {
  return text.trim() === '' ? refuse('empty', 'It says nothing yet.') : null
}

function eventOf(state: RunState, ask: DrillAsk): RunEvent {
  switch (ask.kind) {
    case 'answer event':
      return { kind: 'event.answered', inject: ask.inject, text: ask.text.trim() }
    case 'take a hint': {
      const { text, cost } = scenarioOf(state)?.hints[ask.hint] ?? { text: '', cost: 0 }
      return { kind: 'hint.taken', hint: ask.hint, text, cost }
    }
    case 'fire':
      return { kind: 'inject.fired', inject: ask.inject }
    case 'hold inject':
      return { kind: 'inject.held', inject: ask.inject, held: ask.held }
    case 'observe':
      return { kind: 'observation.made', text: ask.text.trim() }
    case 'done by hand':
      return { kind: 'hand.done', text: ask.text.trim() }
    case 'halt':
      return { kind: 'drill.ending', why: 'halted', words: ask.reason.trim() }
  }
}
