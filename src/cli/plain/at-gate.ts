import { readOutput } from '../../client/read-output.ts'
import { gateOf } from '../../state/gates.ts'
import type { Gate } from '../../state/run-state.ts'
import type { ConsoleState } from '../../state/store.ts'
import { gateOfAsk } from '../../ui/view/ask.ts'
import { momentOf } from './gates/at.ts'
import { questionOf, type Moment, type Way } from './gates/moment.ts'
import { isOver, type Conversation } from './talk/conversation.ts'
import { fillForm } from './talk/form.ts'
import { cut, readOut } from './talk/pages.ts'
import { told, type Told } from './told.ts'
import { shaped, type Voice } from './voice.ts'

export type Desk = {
  readonly talk: Conversation
  readonly directory: string
  readonly voice: () => Voice
}

/** `looked`: nothing was asked for. */
type Went = 'left' | 'did' | 'looked'

/** What is known there, then its question, until the run goes on from it. */
export async function atGate(desk: Desk, gate: Gate): Promise<'left' | 'on'> {
  const { talk } = desk
  const seen = new Set<string>()
  const isHere = (state: ConsoleState): boolean => !isOver(state) && gateOf(state.run)?.id === gate.id
  talk.tell(momentOf(talk.state(), gate, seen).tells)
  while (isHere(talk.state())) {
    const moment = momentOf(talk.state(), gate, seen)
    const isOpen = asItWas(gate, seen, moment, talk.state(), isHere)
    const asked = await talk.ask(questionOf(moment), isOpen)
    if (asked.kind === 'left') return 'left'
    if (asked.kind === 'back') talk.tell([told.line('There is nothing to go back to from here.')])
    const way = asked.kind === 'answer' ? moment.ways.find(({ word }) => word === asked.value) : undefined
    if (way === undefined) continue
    const went = await go(desk, way, gate, isHere, isOpen)
    if (went === 'left') return 'left'
    if (went === 'looked') seen.add(way.word)
  }
  return 'on'
}

/** The same answers can be given, and an empty one leads to the same. */
function asItWas(
  gate: Gate,
  seen: ReadonlySet<string>,
  moment: Moment,
  at: ConsoleState,
  isHere: (state: ConsoleState) => boolean,
): (state: ConsoleState) => boolean {
  const key = keyOf(moment)
  let looked = at.run
  return state => {
    if (!isHere(state)) return false
    if (state.run === looked) return true
    looked = state.run
    return keyOf(momentOf(state, gate, seen)) === key
  }
}

function keyOf({ ways, otherwise }: Moment): string {
  return JSON.stringify([otherwise, ways.map(({ word, off }) => [word, off === undefined])])
}

async function go(
  { talk, directory, voice }: Desk,
  { does }: Way,
  gate: Gate,
  isHere: (state: ConsoleState) => boolean,
  isOpen: (state: ConsoleState) => boolean,
): Promise<Went> {
  switch (does.kind) {
    case 'ask':
      await talk.send(does.ask, gateOfAsk(does.ask, gate.id))
      return 'did'
    case 'form': {
      const filled = await fillForm(talk, does, isHere)
      if (filled.kind === 'left') return 'left'
      if (filled.kind === 'moved') talk.tell([told.line('That is asked no more: the run went on meanwhile.')])
      if (filled.kind !== 'ask') return 'looked'
      await talk.send(filled.ask, filled.gate)
      return 'did'
    }
    case 'read':
      return reads(talk, does.pieces, voice(), isHere)
    case 'output':
      return reads(talk, [await outputTold(directory, does.path)], voice(), isHere)
    case 'wait':
      talk.tell([told.line('Waiting. Enter asks again.')])
      return (await talk.waits(isOpen)) === 'left' ? 'left' : 'did'
  }
}

async function reads(
  talk: Conversation,
  pieces: readonly (readonly Told[])[],
  voice: Voice,
  isHere: (state: ConsoleState) => boolean,
): Promise<Went> {
  const rows = Math.max(8, (process.stderr.rows ?? 24) - 4)
  const parts = voice.ears ? pieces : cut(pieces, rows, one => shaped([one], voice).length)
  const asked = await readOut(talk, parts.length === 0 ? [[told.line('Nothing.')]] : parts, isHere)
  return asked.kind === 'left' ? 'left' : 'looked'
}

const tail = 60

/** The end of what it printed, where the reason mostly stands. */
async function outputTold(directory: string, path: string): Promise<readonly Told[]> {
  const rows = (await readOutput(directory, path)).split('\n')
  const says = rows.slice(-tail).map(told.verbatim)
  const which = rows.length > tail ? `, its last ${tail} lines of ${rows.length}` : ''
  return [told.head(`Output ${path}${which}`), ...says]
}
