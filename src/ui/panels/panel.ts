import type { ConsoleState } from '../../state/store.ts'
import type { Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'

/** What a row opens when it is inspected. */
export type Detail =
  | { readonly kind: 'step'; readonly id: string }
  | { readonly kind: 'check'; readonly name: string }
  | { readonly kind: 'service'; readonly key: string }
  | { readonly kind: 'database'; readonly name: string }
  | { readonly kind: 'message'; readonly id: string }
  | { readonly kind: 'item'; readonly id: string }
  | { readonly kind: 'line'; readonly seq: number }

/** Rows a person can point at. By its id it is found again when rows above it come and go. */
export type Spot = { readonly at: number; readonly rows: number; readonly id: string; readonly opens?: Detail }

/** A panel as rows; the screen cuts out what fits. */
export type Content = {
  readonly title: string
  readonly rows: readonly Row[]
  readonly spots?: readonly Spot[]
  /** The row that should be in sight while nobody chose a place. */
  readonly focus?: number
}

export type Panel = (state: ConsoleState, theme: Theme, width: number) => Content

/** Rows that belong together, under the id of what they tell of; null: nothing to point at. */
export type Block = { readonly id: string | null; readonly rows: readonly Row[]; readonly opens?: Detail }

export function listed(blocks: readonly Block[]): Required<Pick<Content, 'rows' | 'spots'>> {
  const rows: Row[] = []
  const spots: Spot[] = []
  for (const { id, rows: own, opens } of blocks) {
    if (id !== null) spots.push({ at: rows.length, rows: own.length, id, ...(opens === undefined ? {} : { opens }) })
    rows.push(...own)
  }
  return { rows, spots }
}

/** Rows with nothing in them to point at. */
export function text(rows: readonly Row[]): Block {
  return { id: null, rows }
}
