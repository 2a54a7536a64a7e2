import { handsOpen } from '../../../state/drill/hands.ts'
import { injectsSeen } from '../../../state/drill/inject-seen.ts'
import type { DrillAsk } from '../../../state/drill/play/event.ts'
import { scenarioOf } from '../../../state/drill/play/due.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { told, type Told } from '../../plain/told.ts'

export type Look = 'status' | 'scenario' | 'runs' | 'log'

/** What was typed by whoever leads a drill. `sure`: null where nothing has to be confirmed. */
export type Command =
  | { readonly kind: 'ask'; readonly ask: DrillAsk; readonly sure: string | null }
  | { readonly kind: 'look'; readonly at: Look }
  | { readonly kind: 'help' | 'leave' }
  | { readonly kind: 'wrong'; readonly says: string }

const looks: readonly Look[] = ['status', 'scenario', 'runs', 'log']

export function commandOf(given: string, state: ConsoleState): Command {
  const text = given.trim()
  const [word = '', ...rest] = text.split(/\s+/)
  const more = text.slice(word.length).trim()
  const name = word.toLowerCase()
  if (name === '' || name === 'status') return { kind: 'look', at: 'status' }
  if (name === '?' || name === 'help') return { kind: 'help' }
  if (name === 'leave' || name === 'quit' || name === 'exit') return { kind: 'leave' }
  if (name === 'fire' || name === 'hold' || name === 'go') return ofInject(name, more, state)
  if (name === 'observe') return { kind: 'ask', ask: { kind: 'observe', text: more }, sure: null }
  if (name === 'done') return byHand(more, state)
  if (name === 'halt') return halt(more, state)
  const look = looks.find(one => one === name)
  if (look !== undefined && rest.length === 0) return { kind: 'look', at: look }
  return { kind: 'wrong', says: `"${text.slice(0, 40)}" is none of the words. ? says which there are.` }
}

function ofInject(word: 'fire' | 'hold' | 'go', id: string, { run, now }: ConsoleState): Command {
  const all = injectsSeen(run, now)
  const inject = all.find(one => one.id === id)
  if (inject === undefined)
    return { kind: 'wrong', says: `${word} wants one of: ${all.map(one => one.id).join(', ')}.` }
  if (word === 'fire') return { kind: 'ask', ask: { kind: 'fire', inject: id }, sure: `Fire ${id} now: ${inject.what}` }
  return { kind: 'ask', ask: { kind: 'hold inject', inject: id, held: word === 'hold' }, sure: null }
}

function byHand(text: string, { run }: ConsoleState): Command {
  const [first] = handsOpen(run)
  const done = text === '' ? first : text
  return done === undefined
    ? { kind: 'wrong', says: 'Nothing is left that is done by hand.' }
    : { kind: 'ask', ask: { kind: 'done by hand', text: done }, sure: `Done by hand: ${done}` }
}

function halt(text: string, { run }: ConsoleState): Command {
  const reason = text === '' ? 'halted by whoever leads it' : text
  const sure = `Halt ${scenarioOf(run)?.id ?? 'the drill'}: everything that was hurt on purpose is put right`
  return { kind: 'ask', ask: { kind: 'halt', reason }, sure }
}

export const help: readonly Told[] = [
  told.head('What can be typed'),
  told.line('status, or Enter alone: each inject and how it stands'),
  told.line('scenario: what is expected, the targets, the hints'),
  told.line('runs: what is played, where it is and what it waits for'),
  told.line('log: the last lines of the drill'),
  told.line('fire ID: now, whatever its moment; wants a yes'),
  told.line('hold ID; go ID: holds it back; lets it go again'),
  told.line('observe TEXT: writes down what you saw, for the debrief'),
  told.line('done, or done TEXT: a clean-up that is done by hand was done; wants a yes'),
  told.line('halt, or halt REASON: everything that was hurt on purpose is put right; wants a yes'),
  told.line('leave, or Ctrl-D: leaves this console; the drill goes on'),
]
