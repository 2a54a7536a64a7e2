import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Line } from './event.ts'
import type { Refusal } from './intent.ts'
import type { Offer } from './learning/offer.ts'
import { initialState, reduce } from './reduce.ts'
import type { RunState } from './run-state.ts'
import type { Signal } from './signal.ts'

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
}

export type ConsoleStore = StoreApi<ConsoleState>
/** What the screen gets: it can read, and cannot write, by type. */
export type ReadonlyStore = Pick<ConsoleStore, 'getState' | 'getInitialState' | 'subscribe'>

const linesKept = 500
const samplesKept = 30

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
  }))
}

export function withLines(state: ConsoleState, lines: readonly Line[]): Partial<ConsoleState> {
  const run = lines.reduce(reduce, state.run)
  const holder = run.helm.holder
  const epoch = holder !== null && holder.console === state.me.console ? run.helm.epoch : state.me.epoch
  return { run, lines: [...state.lines, ...lines].slice(-linesKept), me: { ...state.me, epoch } }
}

export function withSignals(state: ConsoleState, signals: readonly Signal[]): Partial<ConsoleState> {
  const next = { ...state.signals }
  for (const signal of signals) next[signal.key] = [...(next[signal.key] ?? []), signal].slice(-samplesKept)
  return { signals: next }
}
