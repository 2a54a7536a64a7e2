import type { Ask } from '../../state/intent.ts'
import type { Gate, RunState } from '../../state/run-state.ts'
import type { ConsoleState } from '../../state/store.ts'

export type KeyId =
  | 'next'
  | 'diff'
  | 'message'
  | 'send again'
  | 'again'
  | 'configuration'
  | 'target'
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
  | 'answer'
  | 'hint'
  | 'halt'
  | 'drill'
  | 'guide'
  | 'help'
  | 'commands'
  | 'phase'
  | 'services'
  | 'database'
  | 'checks'
  | 'messages'
  | 'log'
  | 'panel'
  | 'inspect'
  | 'zoom'
  | 'filter'
  | 'times'
  | 'flow'
  | 'copy'
  | 'theme'
  | 'slow link'
  | 'animation'
  | 'walk back'
  | 'walk on'
  | 'phase back'
  | 'phase on'
  | 'back'
  | 'up'
  | 'down'
  | 'page up'
  | 'page down'
  | 'top'
  | 'bottom'
  | 'redraw'
  | 'suspend'

export type KeyRow = {
  readonly id: KeyId
  /** As `keysOf` names them. None: a command alone. */
  readonly keys: readonly string[]
  /** In the footer; '' keeps it out of there. */
  readonly label: string
  readonly help: string
  readonly group: 'act' | 'drill' | 'look' | 'move'
  /** In the footer only while the run waits at one of these. */
  readonly gates?: readonly Gate['kind'][]
  /** The last to go when the footer is short has the lowest. */
  readonly rank: number
  /** What it would ask for, filled in well enough: were that refused now, the key is off, with the same sentence. */
  readonly ask?: (run: RunState, state: ConsoleState) => Ask | null
  /** Of a key that asks nothing: why there is nothing to see; null: there is. */
  readonly off?: (state: ConsoleState) => string | null
  /** As a command it wants one of these after its name; it is handed to the handler in the place of the key. */
  readonly takes?: readonly string[]
}
