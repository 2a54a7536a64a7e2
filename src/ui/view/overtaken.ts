import { phaseOf } from '../../state/selectors.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { View } from './view.ts'

/**
 * Without the approval's dialog once the plan is approved: opened a moment too late, it would hide what goes on. And without a
 * place in what is in front no more: a plan that is new is read from its beginning, where it says what blocks it.
 */
export function withoutOvertaken(view: View, state: ConsoleState): View {
  const { plan } = state.run
  const approved = plan !== null && plan.approved !== null
  const signed = approved || (plan !== null && plan.signed !== null)
  const over = (view.dialog?.kind === 'approve' && signed) || (view.dialog?.kind === 'second person' && approved)
  const open = over ? { ...view, dialog: null } : view
  return open.scroll === null || open.scrolledIn === inFront(open, state) ? open : { ...open, scroll: null }
}

/** Which text is scrolled: a panel, a phase, and of the plan which one. */
export function inFront({ overlay, panel, phase }: View, { run }: ConsoleState): string {
  if (overlay !== null) return overlay
  if (panel !== 'phase') return panel
  const shown = phase ?? phaseOf(run)
  return shown === 2 ? `plan ${run.plan?.hash ?? ''}` : `phase ${shown}`
}
