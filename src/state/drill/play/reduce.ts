import type { Line } from '../../event.ts'
import { notBegun, type DrillState, type Played } from './drill-state.ts'
import type { DrillEvent } from './event.ts'

/** A drill after one more of its events. `before` undefined: it had none yet. */
export function reduceDrill(before: DrillState | undefined, event: DrillEvent, line: Line): DrillState {
  const drill = before ?? notBegun
  return { ...drill, ...change(drill, event, { by: line.actor.name, at: line.ts }) }
}

function change(
  drill: DrillState,
  event: DrillEvent,
  { by, at }: { readonly by: string; readonly at: string },
): Partial<DrillState> {
  switch (event.kind) {
    case 'drill.began':
      return { began: at }
    case 'drill.joined':
      return played(drill, event.run, { joined: at, phases: {}, steps: {}, closed: null })
    case 'drill.reached': {
      const run = drill.played[event.run]
      if (run === undefined) return {}
      const phases = { [event.phase]: at, ...run.phases }
      return played(drill, event.run, {
        ...run,
        phases,
        steps: event.begins === null ? run.steps : { [event.begins]: at, ...run.steps },
      })
    }
    case 'drill.left': {
      const run = drill.played[event.run]
      return run === undefined ? {} : played(drill, event.run, { ...run, closed: { outcome: event.outcome, at } })
    }
    case 'event.said': {
      const { inject, text, wantsAnswer } = event
      return { said: { ...drill.said, [inject]: { text, wantsAnswer, at, answered: null } } }
    }
    case 'event.answered': {
      const said = drill.said[event.inject]
      if (said === undefined) return {}
      return { said: { ...drill.said, [event.inject]: { ...said, answered: { text: event.text, by, at } } } }
    }
    case 'hint.taken':
      return { hints: [...drill.hints, { hint: event.hint, text: event.text, cost: event.cost, by, at }] }
    case 'inject.fired':
      return { fired: { ...drill.fired, [event.inject]: { by, at } } }
    case 'inject.held': {
      const others = drill.held.filter(id => id !== event.inject)
      return { held: event.held ? [...others, event.inject] : others }
    }
    case 'observation.made':
      return { observations: [...drill.observations, { text: event.text, by, at }] }
    case 'hand.done':
      return { byHand: [...drill.byHand, { text: event.text, by, at }] }
    case 'drill.ending':
      return drill.ending === null ? { ending: { why: event.why, words: event.words, by, at } } : {}
  }
}

function played(drill: DrillState, run: string, now: Played): Partial<DrillState> {
  return { played: { ...drill.played, [run]: now } }
}
