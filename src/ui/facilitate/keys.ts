import type { Key } from '../input/keys-of.ts'

/** What these ask for is confirmed. */
export type ArmingKey = 'fire' | 'hold' | 'done' | 'halt'

export type FacilitateKey = ArmingKey | 'observe' | 'boxes' | 'point' | 'pages' | 'leave'

export type FacilitateKeyRow = {
  readonly id: FacilitateKey
  readonly keys: readonly Key[]
  readonly name: string
  readonly label: string
  /** The last to go when the footer is short has the lowest. */
  readonly rank: number
}

/** Every key there is, as the footer names it. */
export const facilitateKeys: readonly FacilitateKeyRow[] = [
  { id: 'fire', keys: ['f'], name: 'f', label: 'fire', rank: 1 },
  { id: 'hold', keys: ['h'], name: 'h', label: 'hold, let go', rank: 1 },
  { id: 'observe', keys: ['o'], name: 'o', label: 'observe', rank: 1 },
  { id: 'done', keys: ['d'], name: 'd', label: 'done by hand', rank: 3 },
  { id: 'halt', keys: ['X'], name: 'X', label: 'halt', rank: 0 },
  { id: 'boxes', keys: ['tab', 'shift+tab'], name: 'tab', label: 'boxes', rank: 2 },
  { id: 'point', keys: ['up', 'k', 'down', 'j'], name: 'up down', label: 'point', rank: 3 },
  {
    id: 'pages',
    keys: ['page up', 'page down', ' ', 'home', 'g', 'end', 'G'],
    name: 'page up/down',
    label: 'read on',
    rank: 4,
  },
  { id: 'leave', keys: ['q', 'ctrl+c'], name: 'q', label: 'leave', rank: 1 },
]

export function keyOf(key: Key): FacilitateKeyRow | null {
  return facilitateKeys.find(({ keys }) => keys.includes(key)) ?? null
}
