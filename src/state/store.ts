import { createStore, type StoreApi } from 'zustand/vanilla'
import { unanswered } from './drill/said.ts'
import type { Line } from './event.ts'
import { gateOf } from './gates.ts'
import { helmWords } from './helm-words.ts'
import type { Refusal } from './intent.ts'
import type { Offer } from './learning/offer.ts'
import { fold, initialState } from './reduce.ts'
import type { RunState } from './run-state.ts'
import type { Signal } from './signal.ts'
import type { Past } from './walk.ts'

/** What a console knows: the run by its journal, and what only lives on the screen. Plain data. */
export type ConsoleState = {
  readonly run: RunState
  /** The last lines of the journal, newest last. */
  readonly lines: readonly Line[]
  /** The last samples per key, newest last. */
  readonly signals: Readonly<Record<string, readonly Signal[]>>
  readonly connection: { readonly engine: 'live' | 'connecting' | 'gone'; readonly lastHeardAt: string | null }
  readonly me: {
    readonly name: string
    readonly console: string
    readonly role: 'helm' | 'watch'
    readonly epoch: number
  }
  readonly watchers: number
  readonly now: string
  readonly answer: { readonly at: string; readonly refusal: Refusal | null; readonly ask: string } | null
  /** Why the journal cannot be trusted any further. */
  readonly damage: string | null
  /** The run's proposals against the file as this console reads it; null: not looked at. */
  readonly offers: readonly Offer[] | null
  /** The ends of steps' output files, by their path in the run's directory, as far as they were asked for. */
  readonly outputs: Readonly<Record<string, string>>
  /** Slow: the terminal took what was drawn too slowly, and `--slow-link` would draw less. */
  readonly link: 'fine' | 'slow'
  /** Where in the past this console looks at the run; null: at the present. */
  readonly past: Past | null
  /** The drill that the run is played in, by its own journal; null: it is played in none, or nothing of it was read yet. */
  readonly drill: RunState | null
  /** Of a drill's own run: those that are played in it, by their journals. */
  readonly played: Readonly<Record<string, Followed>>
}

export type Followed = Pick<ConsoleState, 'run' | 'lines'>

export type ConsoleStore = StoreApi<ConsoleState>
/** What the screen gets: it can read, and cannot write, by type. */
export type ReadonlyStore = Pick<ConsoleStore, 'getState' | 'getInitialState' | 'subscribe'>

export const linesKept = 500
const samplesKept = 60

export function openStore(me: ConsoleState['me'], now: string): ConsoleStore {
  return createStore<ConsoleState>(() => ({
    run: initialState,
    lines: [],
    signals: {},
    connection: { engine: 'connecting', lastHeardAt: null },
    me,
    watchers: 0,
    now,
    answer: null,
    damage: null,
    offers: null,
    outputs: {},
    link: 'fine',
    past: null,
    drill: null,
    played: {},
  }))
}

export function withLines(state: ConsoleState, lines: readonly Line[]): Partial<ConsoleState> {
  const run = fold(state.run, lines)
  const holder = run.helm.holder
  const epoch = holder !== null && holder.console === state.me.console ? run.helm.epoch : state.me.epoch
  const past = state.past === null ? null : { ...state.past, of: run.seq }
  return { run, lines: [...state.lines, ...lines].slice(-linesKept), me: { ...state.me, epoch }, past }
}

/** After more lines of the drill that the run is played in. */
export function withDrillLines({ drill }: ConsoleState, lines: readonly Line[]): Partial<ConsoleState> {
  return { drill: fold(drill ?? initialState, lines) }
}

/** After more lines of a run that is played in the drill. */
export function withPlayedLines({ played }: ConsoleState, id: string, lines: readonly Line[]): Partial<ConsoleState> {
  const { run, lines: before } = played[id] ?? { run: initialState, lines: [] }
  return { played: { ...played, [id]: { run: fold(run, lines), lines: [...before, ...lines].slice(-linesKept) } } }
}

/**
 * What is shown: in the past the run as it was, at the time it was then. Nothing that lives now is told as part of it: no
 * signal but those the journal has.
 */
export function asSeen(state: ConsoleState): ConsoleState {
  const { past, connection } = state
  if (past === null) return state
  const { run, lines } = past
  const meanwhile = wanted(state, past)
  return {
    ...state,
    past: meanwhile === null ? past : { ...past, meanwhile },
    run,
    lines,
    signals: {},
    now: run.at,
    answer: null,
    offers: null,
    connection: { ...connection, lastHeardAt: null },
    drill: null,
  }
}

function wanted({ run, me, now, drill }: ConsoleState, { since }: Past): string | null {
  const gate = gateOf(run)
  const waits = gate !== null && gate.since > since && run.helm.holder?.console === me.console
  const asked = unanswered(drill).length > 0 ? 'Meanwhile somebody asks for an answer, in the drill.' : null
  return helmWords(run, me.console, now) ?? asked ?? (waits ? 'Meanwhile the run waits for you.' : null)
}

export function withSignals(state: ConsoleState, signals: readonly Signal[]): Partial<ConsoleState> {
  const next = { ...state.signals }
  for (const signal of signals) next[signal.key] = [...(next[signal.key] ?? []), signal].slice(-samplesKept)
  return { signals: next }
}
