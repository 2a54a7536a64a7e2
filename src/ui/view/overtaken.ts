import type { ConsoleState } from '../../state/store.ts'
import type { View } from './view.ts'

/** Without the approval's dialog once the plan is approved: opened a moment too late, it would hide what goes on. */
export function withoutOvertaken(view: View, { run }: ConsoleState): View {
  const approved = run.plan !== null && run.plan.approved !== null
  return view.dialog?.kind === 'approve' && approved ? { ...view, dialog: null } : view
}
