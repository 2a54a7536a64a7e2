import type { Actor } from '../../state/event.ts'
import { decideDrill } from '../../state/drill/play/decide.ts'
import { notBegun } from '../../state/drill/play/drill-state.ts'
import { scenarioOf } from '../../state/drill/play/due.ts'
import { nextDrillWork } from '../../state/drill/play/next.ts'
import type { Intent, Refusal } from '../../state/intent.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Desk } from '../engine/desk.ts'
import type { Publish } from '../engine/engine.ts'
import { openLoop, type Loop } from '../engine/loop.ts'
import { followPlayed, type PlayedLines } from './follow-played.ts'
import { openRounds, type Rounds } from './rounds.ts'
import { carryOutDrill } from './work.ts'

export type Director = {
  /** An intent from a console whose person is known. Null: taken. */
  readonly intend: (intent: Intent, actor: Actor) => Promise<Refusal | null>
  /** Resolves when the drill is closed, or when the journal cannot be written any more. */
  readonly done: Promise<void>
}

export type DirectorMeans = {
  readonly desk: Desk
  readonly publish: Publish
  /** The journals of what is played in it, as they grow. */
  readonly played: PlayedLines
}

/** Moments come by themselves. */
const tickMs = 250

/** Leads one drill: its loop, the intents of consoles, what is played in it, and the checks that may stop it. */
export function runDirector({ desk: whole, publish, played }: DirectorMeans): Director {
  const ending = new AbortController()
  // A late answer of a step comes after the last line, and stays unwritten.
  const desk: Desk = {
    ...whole,
    write: (events, actor) => (loop.isSealed() ? Promise.resolve([]) : whole.write(events, actor)),
  }
  let rounds: Rounds | null = null
  const begin = (): void => {
    const names = stopChecks(desk.state())
    if (rounds !== null || !isGoingOn(desk.state())) return
    rounds = openRounds({ desk, names, onSignals: publish.signals, onEvents: loop.write, failed: loop.fail })
  }
  const loop: Loop = openLoop({
    desk,
    works: () => nextDrillWork(desk.state(), desk.now().toISOString()),
    carryOut: (work, signal) => carryOutDrill(work.kind === 'close' ? whole : desk, work, loop.inOrder, signal),
    onTurn: begin,
    quiet: async () => {
      ending.abort()
      clearInterval(clock)
      await rounds?.stop()
    },
    failed: publish.failed,
  })
  const clock = setInterval(loop.turn, tickMs)
  void followPlayed({ played, state: desk.state, onEvents: loop.write, signal: ending.signal }).catch(loop.fail)
  loop.turn()
  return { intend: intending(desk, loop), done: loop.done }
}

function isGoingOn({ drill = notBegun, closed }: RunState): boolean {
  return drill.began !== null && drill.ending === null && closed === null
}

function stopChecks(state: RunState): readonly string[] {
  const conditions = scenarioOf(state)?.stopConditions ?? []
  return conditions.flatMap(one => (one.kind === 'check' ? [one.check] : []))
}

function intending(desk: Desk, { inOrder, turn, isSealed }: Loop): Director['intend'] {
  return (intent, actor) =>
    inOrder(async (): Promise<Refusal | null> => {
      // A console may have read a line from the file before its sync was over: then wait for that.
      if (intent.seenSeq > desk.state().seq) await desk.write([])
      if (isSealed()) return { code: 'closed', reason: 'The drill is over.' }
      const answer = decideDrill(desk.state(), intent, desk.now().toISOString())
      if (!answer.ok) return answer.refusal
      if (answer.events.length > 0) await desk.write(answer.events, actor)
      turn()
      return null
    })
}
