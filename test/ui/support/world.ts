import type { ConsoleState } from '../../../src/state/store.ts'
import { composeFrame } from '../../../src/ui/frame/compose.ts'
import { themeOf } from '../../../src/ui/theme.ts'
import { firstView, type View, type World } from '../../../src/ui/view/view.ts'

const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })

/** What a key is pressed in, as the screen would have it; long after any dialog was opened. */
export function worldOf(
  state: ConsoleState,
  given: { view?: View; clockMs?: number; columns?: number; rows?: number } = {},
): World {
  const { view = firstView, clockMs = 5000, columns = 80, rows = 24 } = given
  const { front, page } = composeFrame(view, state, theme, { columns, rows })
  return { state, clockMs, front, page }
}
