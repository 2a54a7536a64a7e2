import type { ConsoleState } from '../../state/store.ts'
import { keyNames, keyTable, offReason } from '../keys/table.ts'
import type { KeyRow } from '../keys/row.ts'

/** A key by its name. `given`: what its handler gets in the place of the key. */
export type Command = {
  readonly name: string
  readonly row: KeyRow
  readonly given: string
  readonly keys: string
  readonly off: string | null
}

/** What can be typed after `:`, those that hold every word of it; moving is for keys alone. */
export function commandsFor(typed: string, state: ConsoleState): readonly Command[] {
  const words = typed.trim().toLowerCase().split(/\s+/)
  const rows = keyTable.filter(({ group }) => group !== 'move')
  return rows.flatMap(row => named(row, state)).filter(({ name }) => words.every(word => name.includes(word)))
}

/**
 * The one that Enter does: what was typed whole, or the only one left. Nothing is chosen by being first in a list, so that a
 * letter too few never does something else.
 */
export function commandOf(typed: string, state: ConsoleState): Command | null {
  const all = commandsFor(typed, state)
  const whole = all.find(({ name }) => name === typed.trim().toLowerCase().replaceAll(/\s+/g, ' '))
  return whole ?? (all.length === 1 && typed.trim() !== '' ? (all[0] ?? null) : null)
}

function named(row: KeyRow, state: ConsoleState): readonly Command[] {
  const off = offReason(row, state)
  if (row.takes === undefined)
    return [{ name: row.id, row, given: row.keys[0] ?? '', keys: keyNames(row).join(' '), off }]
  return row.takes.map((given, index) => ({ name: `${row.id} ${given}`, row, given, keys: row.keys[index] ?? '', off }))
}
