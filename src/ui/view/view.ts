import type { Ask } from '../../state/intent.ts'
import type { PhaseNumber } from '../../state/phases.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Walk } from '../../state/walk.ts'
import type { Dialog, Kept } from '../dialogs/dialog.ts'
import type { Typed } from '../input/edit.ts'
import type { Content, Detail } from '../panels/panel.ts'
import type { ThemeName } from '../theme.ts'
import type { Place } from './place.ts'

/** In the order Tab goes through them. */
export const panelNames = ['phase', 'services', 'database', 'checks', 'messages', 'log'] as const
export type PanelName = (typeof panelNames)[number]

/** What lies over the panels until Esc. */
export type Overlay =
  | { readonly kind: 'help' }
  | { readonly kind: 'diff' }
  | { readonly kind: 'times' }
  | { readonly kind: 'flow' }
  | { readonly kind: 'drill' }
  | { readonly kind: 'guide' }
  | Detail

/** A line being typed under the panels: what a text is filtered by, or a command. */
export type Line = Typed & { readonly kind: 'filter' | 'command' }

/** How this console draws, as chosen while it runs; left out: as it was started. */
export type Look = { readonly theme?: ThemeName; readonly slowLink?: boolean; readonly animation?: boolean }

/** `seq`, `answer`: the run's last line and the engine's last answer when it was sent. */
export type Sent = {
  readonly key: string
  readonly ask: Ask['kind']
  readonly kept: Kept
  readonly gate: string | null
  readonly seq: number
  readonly answer: ConsoleState['answer']
}

/** What is looked at. Plain data: keys and pastes change it, and what an editor or a copy came to. */
export type View = {
  /** Null: the phase the run is in. */
  readonly phase: PhaseNumber | null
  /** The panel that keys go to. */
  readonly panel: PanelName
  /** The last one is seen. */
  readonly over: readonly Overlay[]
  /** What keys go to has the whole body. */
  readonly zoomed: boolean
  /** By what is looked at: where a person is in it. */
  readonly places: Readonly<Record<string, Place>>
  readonly line: Line | null
  readonly dialog: Dialog | null
  /** By dialog: what was typed in it when it was left. */
  readonly drafts: Readonly<Record<string, Kept>>
  /** What was asked last, by which dialog. */
  readonly sent: Sent | null
  /** Why the last key did nothing, or what it did. */
  readonly notice: string | null
  readonly look: Look
  /** Each new moment is explained, until the person has seen it. */
  readonly guided: boolean
  /** What was explained and left, by the guide's keys. */
  readonly guideSeen: readonly string[]
}

export const firstView: View = {
  phase: null,
  panel: 'phase',
  over: [],
  zoomed: false,
  places: {},
  line: null,
  dialog: null,
  drafts: {},
  sent: null,
  notice: null,
  look: {},
  guided: false,
  guideSeen: [],
}

/** What a key is pressed in. `clockMs` only grows; `front`: the text that keys go to, as it is filtered, and how many rows of it are seen. */
export type World = {
  readonly state: ConsoleState
  readonly clockMs: number
  readonly front: Content
  readonly page: number
}

export type Effect =
  | { readonly kind: 'send'; readonly ask: Ask; readonly gate: string | null }
  | { readonly kind: 'leave' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'walk'; readonly to: Walk }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'copy'; readonly text: string }
  /** A field of the open dialog, in an editor of the person's own. */
  | { readonly kind: 'edit'; readonly field: string; readonly text: string }

export type Pressed = { readonly view: View; readonly effects: readonly Effect[] }

export function only(view: View): Pressed {
  return { view, effects: [] }
}
