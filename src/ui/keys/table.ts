import { gateOf } from '../../state/gates.ts'
import type { ConsoleState } from '../../state/store.ts'
import { inThePast, refusalNow } from '../view/ask.ts'
import { actKeys } from './acts.ts'
import { drillKeys } from './drill.ts'
import { lookKeys } from './looks.ts'
import { moveKeys } from './moves.ts'
import type { KeyRow } from './row.ts'

/** Every key there is. Footer, help, commands, handlers and the README come from here. */
export const keyTable: readonly KeyRow[] = [...actKeys, ...drillKeys, ...lookKeys, ...moveKeys]

const byKey: ReadonlyMap<string, KeyRow> = new Map(keyTable.flatMap(row => row.keys.map(key => [key, row] as const)))

export function keyRowOf(key: string): KeyRow | null {
  return byKey.get(key) ?? null
}

/** Why the key would do nothing now: the sentence the ask would be refused with. */
export function offReason(row: KeyRow, state: ConsoleState): string | null {
  if (row.ask !== undefined && state.past !== null) return inThePast(state.past).reason
  const ask = row.ask?.(state.run, state) ?? null
  if (ask === null) return row.off?.(state) ?? null
  return refusalNow(state, ask, gateOf(state.run)?.id ?? null)?.reason ?? null
}

/** As the help and the footer write a key. */
export function keyName(key: string): string {
  const names: Readonly<Record<string, string>> = { ' ': 'space' }
  return names[key] ?? key.replace(/^ctrl\+(.)$/, (_, letter: string) => `^${letter.toUpperCase()}`)
}

/** All keys of a row; digits that belong together as one. */
export function keyNames({ id, keys }: KeyRow): readonly string[] {
  return id === 'phase' ? ['1-6'] : keys.map(keyName)
}
