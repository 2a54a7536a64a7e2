import { gateOf } from '../state/gates.ts'
import { lostMessages } from '../state/house-steps.ts'
import type { Ask } from '../state/intent.ts'
import type { Gate, RunState } from '../state/run-state.ts'
import type { ConsoleState } from '../state/store.ts'
import {
  againAsk,
  anyProposal,
  farOff,
  nextAsk,
  otherConfiguration,
  otherReplay,
  otherWay,
  signAsk,
} from './key-asks.ts'
import { refusalNow } from './view/ask.ts'

export type KeyId =
  | 'act'
  | 'diff'
  | 'message'
  | 'again to'
  | 'again'
  | 'configuration'
  | 'restore'
  | 'rehearse'
  | 'replay'
  | 'undo'
  | 'sign'
  | 'lessons'
  | 'proposals'
  | 'resume'
  | 'hold'
  | 'note'
  | 'helm'
  | 'stop'
  | 'leave'
  | 'help'
  | 'phase'
  | 'services'
  | 'database'
  | 'checks'
  | 'log'
  | 'panel'
  | 'back'
  | 'up'
  | 'down'
  | 'page up'
  | 'page down'
  | 'top'
  | 'bottom'
  | 'redraw'

export type KeyRow = {
  readonly id: KeyId
  /** As `keysOf` names them. */
  readonly keys: readonly string[]
  /** In the footer; '' keeps it out of there. */
  readonly label: string
  readonly help: string
  readonly group: 'act' | 'look' | 'move'
  /** In the footer only while the run waits at one of these. */
  readonly gates?: readonly Gate['kind'][]
  /** The last to go when the footer is short has the lowest. */
  readonly rank: number
  /** What it would ask for, filled in well enough: were that refused now, the key is off, with the same sentence. */
  readonly ask?: (run: RunState) => Ask | null
}

/** Every key there is. Footer, help and handlers come from here. */
export const keyTable: readonly KeyRow[] = [
  {
    id: 'act',
    keys: ['enter', 'a'],
    label: '',
    help: 'the next action: decide, approve, choose, accept, close',
    group: 'act',
    rank: 0,
    ask: nextAsk,
  },
  {
    id: 'hold',
    keys: ['h'],
    label: 'hold',
    help: 'hold the run: nothing further begins',
    group: 'act',
    rank: 3,
    ask: () => ({ kind: 'hold', reason: 'why' }),
  },
  {
    id: 'resume',
    keys: ['R'],
    label: 'resume',
    help: 'resume a held run',
    group: 'act',
    rank: 2,
    gates: ['held'],
    ask: () => ({ kind: 'resume' }),
  },
  {
    id: 'message',
    keys: ['e'],
    label: 'edit message',
    help: 'edit the first message, before it goes out',
    group: 'act',
    rank: 4,
    gates: ['approve'],
    ask: () => ({ kind: 'edit the message', subject: 'a', text: 'b' }),
  },
  {
    id: 'again to',
    keys: ['m'],
    label: 'send again',
    help: 'send a message again that was given up or is in doubt',
    group: 'act',
    rank: 5,
    gates: ['follow up'],
    ask: run => ({ kind: 'send again', message: lostMessages(run)[0] ?? '' }),
  },
  {
    id: 'again',
    keys: ['r'],
    label: 'again',
    help: 'make the plan again, or run the checks again',
    group: 'act',
    rank: 4,
    gates: ['approve', 'second person', 'plan failed', 'validate'],
    ask: againAsk,
  },
  {
    id: 'configuration',
    keys: ['C'],
    label: '',
    help: "plan again with the containers' other configuration: the recorded one, or today's",
    group: 'act',
    rank: 9,
    gates: ['approve'],
    ask: otherConfiguration,
  },
  {
    id: 'restore',
    keys: ['B'],
    label: 'restore',
    help: 'plan again with a backup restored in the place of a reversal, or the other way round',
    group: 'act',
    rank: 3,
    gates: ['approve'],
    ask: otherWay,
  },
  {
    id: 'rehearse',
    keys: ['T'],
    label: '',
    help: 'try the way back on a clone now, while the plan waits; it is made again with what that found',
    group: 'act',
    rank: 9,
    gates: ['approve'],
    ask: () => ({ kind: 'rehearse' }),
  },
  {
    id: 'replay',
    keys: ['P'],
    label: 'replay',
    help: 'with a backup restored: plan again with the binlog replayed into it, or without',
    group: 'act',
    rank: 4,
    gates: ['approve'],
    ask: otherReplay,
  },
  {
    id: 'undo',
    keys: ['U'],
    label: 'undo',
    help: 'undo what was done, by a plan of its own',
    group: 'act',
    rank: 5,
    gates: ['failure', 'unknown', 'validate', 'held'],
    ask: () => ({ kind: 'undo', step: null }),
  },
  {
    id: 'lessons',
    keys: ['w'],
    label: 'lessons',
    help: 'write the lessons, book the post-mortem',
    group: 'act',
    rank: 4,
    gates: ['follow up'],
    ask: run => ({ kind: 'add lessons', lessons: '', owner: 'who', reviewAt: farOff(run) }),
  },
  {
    id: 'proposals',
    keys: ['p'],
    label: 'proposals',
    help: 'take or leave what the run taught: changes to astern.yaml, one by one',
    group: 'act',
    rank: 3,
    gates: ['follow up'],
    ask: run => ({ kind: 'answer proposal', id: anyProposal(run), answer: 'not now', reason: '' }),
  },
  {
    id: 'sign',
    keys: ['o'],
    label: 'sign off',
    help: 'sign an item of the checklist off, with a reason',
    group: 'act',
    rank: 4,
    gates: ['follow up'],
    ask: signAsk,
  },
  {
    id: 'note',
    keys: ['n'],
    label: 'note',
    help: 'add a note to the record',
    group: 'act',
    rank: 6,
    ask: () => ({ kind: 'note', text: 'a note' }),
  },
  {
    id: 'helm',
    keys: ['H'],
    label: 'helm',
    help: 'take the helm',
    group: 'act',
    rank: 5,
    gates: ['nobody at the helm'],
    ask: () => ({ kind: 'take the helm', reason: 'why' }),
  },
  {
    id: 'stop',
    keys: ['X'],
    label: '',
    help: 'stop the run short, as it stands',
    group: 'act',
    rank: 9,
    ask: () => ({ kind: 'stop', reason: 'why' }),
  },
  { id: 'diff', keys: ['d'], label: 'diff', help: 'what the plan changes', group: 'look', rank: 4, gates: ['approve'] },
  {
    id: 'phase',
    keys: ['1', '2', '3', '4', '5', '6'],
    label: 'phases',
    help: 'look at a phase; never acts',
    group: 'look',
    rank: 8,
  },
  { id: 'services', keys: ['s'], label: '', help: 'services', group: 'look', rank: 9 },
  { id: 'database', keys: ['b'], label: '', help: 'database', group: 'look', rank: 9 },
  { id: 'checks', keys: ['c'], label: '', help: 'checks', group: 'look', rank: 9 },
  { id: 'log', keys: ['l'], label: 'log', help: 'the whole log', group: 'look', rank: 9 },
  {
    id: 'panel',
    keys: ['tab', 'shift+tab'],
    label: 'panels',
    help: 'next panel, the one before',
    group: 'look',
    rank: 7,
  },
  { id: 'back', keys: ['esc'], label: '', help: 'back; never destroys anything', group: 'move', rank: 9 },
  { id: 'up', keys: ['up', 'k'], label: '', help: 'up', group: 'move', rank: 9 },
  { id: 'down', keys: ['down', 'j'], label: '', help: 'down', group: 'move', rank: 9 },
  { id: 'page up', keys: ['page up'], label: '', help: 'a page up', group: 'move', rank: 9 },
  { id: 'page down', keys: ['page down', ' '], label: '', help: 'a page down', group: 'move', rank: 9 },
  { id: 'top', keys: ['home', 'g'], label: '', help: 'to the top', group: 'move', rank: 9 },
  { id: 'bottom', keys: ['end', 'G'], label: '', help: 'to the end', group: 'move', rank: 9 },
  { id: 'redraw', keys: ['ctrl+l'], label: '', help: 'draw the screen anew', group: 'move', rank: 9 },
  { id: 'help', keys: ['?'], label: 'help', help: 'this help', group: 'look', rank: 1 },
  {
    id: 'leave',
    keys: ['q', 'ctrl+c'],
    label: 'leave (the run goes on)',
    help: 'leave this console; the run goes on',
    group: 'act',
    rank: 2,
  },
]

const byKey: ReadonlyMap<string, KeyRow> = new Map(keyTable.flatMap(row => row.keys.map(key => [key, row] as const)))

export function keyRowOf(key: string): KeyRow | null {
  return byKey.get(key) ?? null
}

/** Why the key would do nothing now: the sentence the ask would be refused with. */
export function offReason(row: KeyRow, state: ConsoleState): string | null {
  const ask = row.ask?.(state.run) ?? null
  if (ask === null) return null
  return refusalNow(state, ask, gateOf(state.run)?.id ?? null)?.reason ?? null
}

/** As the help and the footer write a key. */
export function keyName(key: string): string {
  const names: Readonly<Record<string, string>> = { ' ': 'space', 'ctrl+c': '^C', 'ctrl+l': '^L' }
  return names[key] ?? key
}
