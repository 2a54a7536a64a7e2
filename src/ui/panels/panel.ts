import type { ConsoleState } from '../../state/store.ts'
import type { Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'

/** A panel as rows; the screen cuts out what fits. `focus`: the row that should be in sight. */
export type Content = { readonly title: string; readonly rows: readonly Row[]; readonly focus?: number }

export type Panel = (state: ConsoleState, theme: Theme, width: number) => Content
