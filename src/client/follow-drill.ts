import { basename, dirname, join } from 'node:path'
import type { DrillAsk } from '../state/drill/play/event.ts'
import type { Intent, Refusal } from '../state/intent.ts'
import type { Line } from '../state/event.ts'
import { withDrillLines, withPlayedLines, type ConsoleState, type ConsoleStore } from '../state/store.ts'
import { connectRun, type Connection, type ConnectOptions } from './connect.ts'
import { followJournal } from './follow.ts'

export type FollowedDrill = {
  /** To whoever leads the drill that the run is played in. */
  readonly send: (ask: DrillAsk, id: string) => Promise<Refusal | null>
}

type Options = Pick<ConnectOptions, 'directory' | 'console' | 'from' | 'wants' | 'signal'> & {
  readonly store: ConsoleStore
  readonly now: () => string
}

/**
 * Follows what a run's journal names, as soon as it does: the drill it is played in, and of a drill what is played in it. All of a
 * home's runs lie beside each other.
 */
export function followDrill({ directory, store, now, signal, ...me }: Options): FollowedDrill {
  const followed = new Set<string>()
  let connection: Connection | null = null
  const follow = (run: string, take: (state: ConsoleState, lines: readonly Line[]) => Partial<ConsoleState>): void => {
    // A name out of a journal leads nowhere else.
    if (followed.has(run) || run !== basename(run) || run === '..') return
    followed.add(run)
    void followJournal(besides(directory, run), {
      signal,
      onLines: lines => store.setState(state => ({ ...take(state, lines), now: now() })),
      onDamage: why => store.setState({ answer: { at: now(), refusal: lost(run, why), ask: 'follow' } }),
    })
  }
  const connect = (run: string): void => {
    const over = new AbortController()
    const off = store.subscribe(({ drill }) => {
      if (drill !== null && drill.closed !== null) over.abort()
    })
    over.signal.addEventListener('abort', off, { once: true })
    connection = connectRun({
      ...me,
      directory: besides(directory, run),
      signal: AbortSignal.any([signal, over.signal]),
      onFrame: () => undefined,
      onGone: () => undefined,
    })
  }
  const look = ({ run }: ConsoleState): void => {
    const drill = run.run?.drill?.run
    if (drill !== undefined && !followed.has(drill)) {
      follow(drill, withDrillLines)
      if (me.wants === 'helm') connect(drill)
    }
    for (const played of Object.keys(run.drill?.played ?? {}))
      follow(played, (state, lines) => withPlayedLines(state, played, lines))
  }
  look(store.getState())
  const off = store.subscribe(look)
  signal.addEventListener('abort', off, { once: true })
  return {
    send: (ask, id) => {
      const intent: Intent = { id, seenSeq: store.getState().drill?.seq ?? 0, epoch: 0, gate: null, ask }
      return connection === null ? Promise.resolve(unled) : connection.send(intent).then(inDrillWords)
    },
  }
}

/** Who does not answer is no engine, and nobody starts another one. */
export function inDrillWords(refusal: Refusal | null): Refusal | null {
  return refusal?.code === 'engine' ? silent : refusal
}

const silent: Refusal = {
  code: 'drill',
  reason: 'Whoever leads the drill gives no answer. Where they are gone, its watchdog takes everything back.',
}

function besides(directory: string, run: string): string {
  return join(dirname(directory), run)
}

const unled: Refusal = { code: 'drill', reason: 'This run is played in no drill that can be asked from here.' }

function lost(run: string, why: string): Refusal {
  return { code: 'drill', reason: `Of ${run}, ${why}. What happens in it is not told here any more.` }
}
