import { guideOf } from '../../state/drill/guide/guide.ts'
import { phaseOf } from '../../state/selectors.ts'
import type { ConsoleState } from '../../state/store.ts'
import { overlayContent, panelContent } from '../panels/table.ts'
import type { Content } from '../panels/panel.ts'
import type { Theme } from '../theme.ts'
import { filtered, nowhere, type Place } from './place.ts'
import type { Overlay, View } from './view.ts'

/** What keys go to: an overlay, or the panel in focus, by a name that its place is kept under. */
export function frontKey(view: View, { run, drill }: ConsoleState): string {
  const over = view.over.at(-1)
  // Each moment is read from its beginning.
  if (over?.kind === 'guide') return `guide ${guideOf(run, drill).key}`
  if (over !== undefined) return overlayKey(over)
  if (view.panel !== 'phase') return view.panel
  const shown = view.phase ?? phaseOf(run)
  // A plan that is new is read from its beginning, where it says what blocks it.
  return shown === 2 ? `plan ${run.plan?.hash ?? ''}` : `phase ${shown}`
}

export function placeOf(view: View, state: ConsoleState): Place {
  return view.places[frontKey(view, state)] ?? nowhere
}

export function placed(view: View, state: ConsoleState, place: Place): View {
  return { ...view, places: { ...view.places, [frontKey(view, state)]: place } }
}

/** As it is filtered. */
export function frontContent(view: View, state: ConsoleState, theme: Theme, width: number): Content {
  const over = view.over.at(-1)
  const whole =
    over === undefined
      ? panelContent(view.panel, view.phase, state, theme, width)
      : overlayContent(over, state, theme, width)
  return filtered(whole, placeOf(view, state).filter)
}

function overlayKey(over: Overlay): string {
  return Object.values(over).join(' ')
}
