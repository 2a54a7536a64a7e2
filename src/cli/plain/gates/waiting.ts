import { timeOfDay } from '../../../state/times.ts'
import { secondPersonWords } from '../../../state/second-person.ts'
import type { Gate } from '../../../state/run-state.ts'
import { readySteps, stepTitle } from '../../../state/steps.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { undoAsk } from '../../../ui/keys/asks.ts'
import { section, told } from '../told.ts'
import { askWay, formWay, stopWay, waitWay, waysOf, type Moment } from './moment.ts'

/** One person approved, and another one has to. */
export function secondPersonMoment(state: ConsoleState): Moment {
  const { run } = state
  return {
    tells: [told.head('Approved by one person'), told.line(`nothing is done before ${secondPersonWords(run)}`)],
    ways: [
      waitWay('wait for them'),
      ...waysOf(state, 'second person', null).filter(({ word }) => word !== 'stop'),
      stopWay(state),
    ],
    otherwise: 'wait',
  }
}

export function heldMoment(state: ConsoleState, reason: string): Moment {
  const ready = readySteps(state.run).map(({ title, risk }) => `${title}: ${risk}`)
  return {
    tells: [told.head(`The run is held: ${reason}`), ...section('Begins when it is resumed', ready)],
    ways: [
      formWay(state, 'resume', 'go on', 'resume', { kind: 'resume' }),
      formWay(state, 'undo', 'put back what was done, by a plan of its own', 'undo', undoAsk()),
      stopWay(state),
    ],
    otherwise: null,
  }
}

/** The next step is destructive, and nobody is there for it. */
export function nobodyMoment(state: ConsoleState, { step }: Extract<Gate, { kind: 'nobody at the helm' }>): Moment {
  return {
    tells: [told.head('Nobody is at the helm'), told.line(`next would be: ${stepTitle(state.run, step)}`)],
    ways: [
      askWay(state, 'take', 'take the helm, and the run goes on', { kind: 'take the helm', reason: null }),
      stopWay(state),
    ],
    otherwise: null,
  }
}

/** This console has lost it, or never had it. */
export function lostHelmMoment(state: ConsoleState): Moment {
  const { holder, asked } = state.run.helm
  const mine = asked?.console === state.me.console
  const who =
    holder === null ? 'Nobody is at the helm' : `${holder.name} has the helm since ${timeOfDay(holder.since)} UTC`
  return {
    tells: [told.head(who), told.line('What is asked there is answered there. Here you look on.')],
    ways: [
      mine
        ? formWay(state, 'take', 'take the helm: with a reason, or without one once no answer came', 'helm')
        : formWay(state, 'ask', 'ask them for the helm, or take it with a reason; they see it', 'helm'),
      waitWay('look on'),
    ],
    otherwise: 'wait',
  }
}
