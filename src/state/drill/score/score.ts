import { betweenMs } from '../../times.ts'
import { scenarioOf } from '../play/due.ts'
import { againIn } from './again.ts'
import { answersIn, hintsIn } from './asked.ts'
import { checkedIn } from './checked.ts'
import { decisionOf } from './decision.ts'
import { firstOf, injectedIn } from './injected.ts'
import { byPerson, endOf, untilEnd, type Journaled } from './journaled.ts'
import type { Judged } from './judged.ts'
import { measuresOf } from './measures.ts'
import { pointsOf, type Points } from './points.ts'
import { recordsOf } from './record.ts'
import { turnsOf } from './turns.ts'

/** A drill, judged. A fold of its journal and of those played in it: the same journals give the same score. */
export type Score = Judged & { readonly points: Points }

export function scoreOf(drill: Journaled, all: readonly Journaled[]): Score {
  const { state } = drill
  const played = untilEnd(drill, all)
  const scenario = scenarioOf(state)
  const began = state.drill?.began ?? null
  const judged: Judged = {
    run: state.run?.id ?? '',
    scenario: scenario?.id ?? '',
    title: scenario?.title ?? '',
    environment: state.run?.environment ?? '',
    began,
    ended: state.drill?.ending ?? null,
    tookMs: began === null ? null : betweenMs(began, endOf(state)),
    players: playersOf(played),
    first: firstOf(state),
    measures: measuresOf(drill, played),
    decision: decisionOf(drill, played),
    turns: turnsOf(played),
    hints: hintsIn(state),
    answers: answersIn(state),
    injected: injectedIn(state),
    checked: checkedIn(played),
    records: recordsOf(played),
    again: againIn(played),
    unread: Object.keys(state.drill?.played ?? {}).filter(run => !all.some(({ state: { run: of } }) => of?.id === run)),
  }
  return { ...judged, points: pointsOf(judged) }
}

function playersOf(played: readonly Journaled[]): readonly string[] {
  return [...new Set(played.flatMap(({ lines }) => lines.filter(byPerson).map(({ actor }) => actor.name)))]
}
