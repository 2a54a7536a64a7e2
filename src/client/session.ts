import { randomUUID } from 'node:crypto'
import { isDrillAsk } from '../state/drill/play/decide.ts'
import type { Ask, Refusal } from '../state/intent.ts'
import type { Offer } from '../state/learning/offer.ts'
import type { FromEngine } from '../state/wire.ts'
import { openStore, withLines, withSignals, type ConsoleStore, type ReadonlyStore } from '../state/store.ts'
import type { Walk } from '../state/walk.ts'
import { connectRun } from './connect.ts'
import { followDrill, inDrillWords } from './follow-drill.ts'
import { followJournal } from './follow.ts'
import { readOutput } from './read-output.ts'
import { isClosedRun } from './open-runs.ts'
import { openWalk } from './walk.ts'

export type Session = {
  readonly store: ReadonlyStore
  /** Null: taken. The answer is also on the store, for the screen. */
  readonly send: (ask: Ask, gate: string | null) => Promise<Refusal | null>
  /** What this console made of the run's proposals, for the screen. */
  readonly offer: (offers: readonly Offer[]) => void
  /** The terminal takes what is drawn too slowly. */
  readonly slowLink: () => void
  /** Has the end of a step's output come into the store. */
  readonly readOutput: (path: string) => void
  /** Through the run as it was; resolves once the store has it. */
  readonly walk: (to: Walk) => Promise<void>
  readonly close: () => void
}

export type SessionOptions = {
  readonly directory: string
  readonly me: { readonly name: string; readonly console: string; readonly from: string }
  readonly wants: 'helm' | 'watch'
  readonly now: () => Date
}

/** A console's whole view of a run: the journal followed into a store, the engine's socket for signals and intents. */
export function openSession({ directory, me, wants, now }: SessionOptions): Session {
  const ending = new AbortController()
  const iso = (): string => now().toISOString()
  const store = openStore({ name: me.name, console: me.console, role: wants, epoch: 0 }, iso())
  void followJournal(directory, {
    signal: ending.signal,
    onLines: lines => store.setState(state => ({ ...withLines(state, lines), now: iso() })),
    onDamage: damage => store.setState({ damage }),
  })
  let leaving: NodeJS.Timeout | undefined
  // On a busy machine its last lines may take longer to be read than it took to go: they are on disk by then.
  const sayGone = async (): Promise<void> => {
    if (!(await isClosedRun(directory))) gone(store)
  }
  const connection = connectRun({
    directory,
    console: me.console,
    from: me.from,
    wants,
    signal: ending.signal,
    onFrame: frame => {
      clearTimeout(leaving)
      heard(store, frame, iso())
    },
    onGone: () => {
      clearTimeout(leaving)
      leaving = setTimeout(() => void sayGone(), settleMs)
    },
  })
  const drill = followDrill({
    directory,
    store,
    console: me.console,
    from: me.from,
    wants,
    signal: ending.signal,
    now: iso,
  })
  const clock = setInterval(() => store.setState({ now: iso() }), 1000)
  ending.signal.addEventListener('abort', () => (clearInterval(clock), clearTimeout(leaving)), { once: true })
  const send = async (ask: Ask, gate: string | null): Promise<Refusal | null> => {
    const { run, me: self } = store.getState()
    const id = randomUUID()
    const toEngine = (): Promise<Refusal | null> =>
      connection.send({ id, seenSeq: run.seq, epoch: self.epoch, gate, ask })
    const isItself = run.run?.purpose.kind === 'drill'
    const refusal = isItself
      ? inDrillWords(await toEngine())
      : isDrillAsk(ask)
        ? await drill.send(ask, id)
        : await toEngine()
    store.setState({ answer: { at: iso(), refusal, ask: ask.kind } })
    return refusal
  }
  const bringOutput = async (path: string): Promise<void> => {
    const text = await readOutput(directory, path)
    store.setState(({ outputs }) => ({ outputs: { ...outputs, [path]: text } }))
  }
  return {
    store,
    send,
    offer: offers => store.setState({ offers }),
    slowLink: () => store.setState({ link: 'slow' }),
    readOutput: path => void bringOutput(path),
    walk: openWalk(directory, store),
    close: () => ending.abort(),
  }
}

/** An engine that closed its run goes at once: its last lines are read before it is said to be gone. */
const settleMs = 400

function gone(store: ConsoleStore): void {
  if (store.getState().run.closed === null)
    store.setState(state => ({ connection: { ...state.connection, engine: 'gone' } }))
}

function heard(store: ConsoleStore, frame: FromEngine, at: string): void {
  store.setState(state => {
    const connection = { engine: 'live' as const, lastHeardAt: at }
    if (frame.kind === 'signals') return { ...withSignals(state, frame.signals), watchers: frame.watchers, connection }
    if (frame.kind === 'failed')
      return { damage: `${frame.fault.what}. ${frame.fault.means} ${frame.fault.next}`, connection }
    if (frame.kind === 'welcome') return { me: { ...state.me, name: frame.name }, watchers: frame.watchers, connection }
    return { connection }
  })
}
