import type { Ask } from '../../state/intent.ts'
import type { PhaseNumber } from '../../state/phases.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Dialog } from '../dialogs/dialog.ts'

export type PanelName = 'phase' | 'services' | 'database' | 'checks' | 'log'

/** What is looked at. Plain data; only `press` changes it. */
export type View = {
  /** Null: the phase the run is in. */
  readonly phase: PhaseNumber | null
  readonly panel: PanelName
  readonly overlay: 'help' | 'diff' | null
  /** First row shown; null: wherever the panel thinks it matters. */
  readonly scroll: number | null
  /** What it was scrolled in: of anything else the beginning is shown. */
  readonly scrolledIn: string | null
  readonly dialog: Dialog | null
  /** Why the last key did nothing. */
  readonly notice: string | null
}

export const firstView: View = {
  phase: null,
  panel: 'phase',
  overlay: null,
  scroll: null,
  scrolledIn: null,
  dialog: null,
  notice: null,
}

/** What a key is pressed in. `clockMs` only grows; `top`, `max` and `page` are rows of the panel in front. */
export type World = {
  readonly state: ConsoleState
  readonly clockMs: number
  readonly top: number
  readonly max: number
  readonly page: number
}

export type Effect =
  | { readonly kind: 'send'; readonly ask: Ask; readonly gate: string | null }
  | { readonly kind: 'leave' }
  | { readonly kind: 'redraw' }
  /** A field of the open dialog, in an editor of the person's own. */
  | { readonly kind: 'edit'; readonly field: string; readonly text: string }

export type Pressed = { readonly view: View; readonly effects: readonly Effect[] }

export function only(view: View): Pressed {
  return { view, effects: [] }
}
