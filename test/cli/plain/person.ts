import { createStore } from 'zustand/vanilla'
import type { Session } from '../../../src/client/session.ts'
import { atGate } from '../../../src/cli/plain/at-gate.ts'
import { tellDrill } from '../../../src/cli/plain/drill-news.ts'
import { converse, type Conversation } from '../../../src/cli/plain/talk/conversation.ts'
import type { Lines } from '../../../src/cli/plain/talk/lines.ts'
import type { Voice } from '../../../src/cli/plain/voice.ts'
import { decide } from '../../../src/state/decide.ts'
import type { RunEvent } from '../../../src/state/event.ts'
import { gateOf } from '../../../src/state/gates.ts'
import { decideDrill, isDrillAsk } from '../../../src/state/drill/play/decide.ts'
import type { Ask, Intent, Refusal } from '../../../src/state/intent.ts'
import { withDrillLines, withLines, type ConsoleState } from '../../../src/state/store.ts'
import { journal } from '../../reports/fixture.ts'

export type Sat = {
  readonly ended: 'left' | 'on'
  readonly asks: readonly { readonly ask: Ask; readonly gate: string | null }[]
  /** All that was said, and each prompt with what was typed at it. */
  readonly said: readonly string[]
  readonly prompts: readonly string[]
}

/** A null in the place of an answer: the run moves on by itself, by these events. */
export type Typed = string | readonly RunEvent[]

/** Somebody who answers like this at the gate where the run stands, and then hangs up. What they ask for is decided as the engine decides it. */
export async function sits(
  start: ConsoleState,
  typed: readonly Typed[],
  voice: Partial<Voice> = {},
  directory = '/nowhere',
): Promise<Sat> {
  const store = createStore<ConsoleState>(() => start)
  const [asks, said, prompts, left] = [[] as Sat['asks'][number][], [] as string[], [] as string[], [...typed]]
  const happens = (events: readonly RunEvent[]): void => {
    const { run } = store.getState()
    const lines = journal(events.map(event => [200, 'ana', event] as const))
    store.setState(state =>
      withLines(
        state,
        lines.map((line, index) => ({ ...line, seq: run.seq + 1 + index })),
      ),
    )
  }
  const askedOfDrill = (intent: Intent): Refusal | null => {
    const { drill, now } = store.getState()
    if (drill === null) throw new Error('there is no drill')
    const decided = decideDrill(drill, intent, now)
    if (!decided.ok) return decided.refusal
    const lines = journal(decided.events.map(event => [200, 'ana', event] as const))
    const next = lines.map((line, index) => ({ ...line, seq: drill.seq + 1 + index }))
    store.setState(state => withDrillLines(state, next))
    return null
  }
  const session: Session = {
    store,
    send: async (ask, gate) => {
      const { run, me, now } = store.getState()
      const intent = { id: `typed-${asks.length}`, seenSeq: run.seq, epoch: me.epoch, gate, ask }
      asks.push({ ask, gate })
      if (isDrillAsk(ask)) return askedOfDrill(intent)
      const decided = decide(run, intent, me, { now, hash: text => text })
      if (!decided.ok) return decided.refusal
      happens(decided.events)
      return null
    },
    slowLink: () => undefined,
    offer: offers => store.setState({ offers }),
    readOutput: () => undefined,
    walk: () => Promise.resolve(),
    close: () => undefined,
  }
  const lines: Lines = {
    ask: async prompt => {
      const next = left.shift()
      const answer = typeof next === 'string' ? next : null
      prompts.push(prompt)
      said.push(`${prompt}${answer ?? ''}`)
      if (next === undefined || typeof next === 'string') return answer
      happens(next)
      return ''
    },
    withdraw: () => undefined,
    print: text => said.push(...text.split('\n')),
    between: hears => {
      const next = hears === null ? undefined : left.shift()
      if (typeof next === 'string') hears?.(next)
      else if (next !== undefined) happens(next)
    },
    lend: to => to(),
    close: () => undefined,
  }
  const says = (): Voice => ({ ears: false, width: 400, ...voice })
  const talk: Conversation = converse({ session, lines, voice: says, left: new Promise(() => undefined) })
  tellDrill(store, talk.tell)
  const gate = gateOf(start.run)
  if (gate === null) throw new Error('the run waits for nobody')
  const ended = await atGate({ talk, directory, voice: says }, gate)
  return { ended, asks, said, prompts }
}
