import type { ConsoleState } from '../../state/store.ts'
import type { View } from './view.ts'

/** Without the approval's dialog once the plan is approved: opened a moment too late, it would hide what goes on. */
export function withoutOvertaken(view: View, state: ConsoleState): View {
  const { plan } = state.run
  const approved = plan !== null && plan.approved !== null
  const signed = approved || (plan !== null && plan.signed !== null)
  const over = (view.dialog?.kind === 'approve' && signed) || (view.dialog?.kind === 'second person' && approved)
  return over ? { ...view, dialog: null } : view
}
