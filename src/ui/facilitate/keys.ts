import type { Key } from '../input/keys-of.ts'

/** What these ask for is confirmed. */
export type ArmingKey = 'fire' | 'hold' | 'done' | 'halt'

export type FacilitateKey = ArmingKey | 'observe' | 'boxes' | 'help' | 'point' | 'pages' | 'leave'

type FacilitateKeyRow = {
  readonly id: FacilitateKey
  readonly keys: readonly Key[]
  readonly name: string
  /** In the footer. */
  readonly label: string
  readonly help: string
  /** The last to go when the footer is short has the lowest. */
  readonly rank: number
}

/** Every key there is. Footer, help and handlers come from here. */
export const facilitateKeys: readonly FacilitateKeyRow[] = [
  {
    id: 'fire',
    keys: ['f'],
    name: 'f',
    label: 'fire',
    help: 'what is pointed at comes now, whatever its moment',
    rank: 1,
  },
  {
    id: 'hold',
    keys: ['h'],
    name: 'h',
    label: 'hold, let go',
    help: 'what is pointed at does not come before it is let go; again: lets it go',
    rank: 1,
  },
  {
    id: 'observe',
    keys: ['o'],
    name: 'o',
    label: 'observe',
    help: 'write down what you saw, for the debrief; whoever plays is not shown it',
    rank: 2,
  },
  {
    id: 'done',
    keys: ['d'],
    name: 'd',
    label: 'done by hand',
    help: 'a clean-up that a person does was done: the one pointed at, else the first',
    rank: 3,
  },
  {
    id: 'halt',
    keys: ['X'],
    name: 'X',
    label: 'halt',
    help: 'end the drill now: everything that was hurt on purpose is put right',
    rank: 0,
  },
  {
    id: 'boxes',
    keys: ['tab', 'shift+tab'],
    name: 'tab',
    label: 'boxes',
    help: 'the next box, the one before',
    rank: 2,
  },
  { id: 'help', keys: ['?'], name: '?', label: 'help', help: 'these keys; again: back', rank: 1 },
  {
    id: 'point',
    keys: ['up', 'k', 'down', 'j'],
    name: 'up down',
    label: 'point',
    help: 'point at what is next; of a text, a row on',
    rank: 3,
  },
  {
    id: 'pages',
    keys: ['page up', 'page down', ' ', 'home', 'g', 'end', 'G'],
    name: 'page up/down',
    label: 'read on',
    help: 'a page on, a page back; to the beginning, to the end',
    rank: 4,
  },
  {
    id: 'leave',
    keys: ['q', 'ctrl+c'],
    name: 'q',
    label: 'leave',
    help: 'leave this console; the drill goes on',
    rank: 1,
  },
]

export function keyOf(key: Key): FacilitateKeyRow | null {
  return facilitateKeys.find(({ keys }) => keys.includes(key)) ?? null
}
