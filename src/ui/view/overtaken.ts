import type { ConsoleState } from '../../state/store.ts'
import { gateOf } from '../../state/gates.ts'
import type { Dialog, DialogKind } from '../dialogs/dialog.ts'
import type { View } from './view.ts'

/** Without the approval's dialog once the plan is approved: opened a moment too late, it would hide what goes on. */
export function withoutOvertaken(view: View, state: ConsoleState): View {
  const { plan } = state.run
  const approved = plan !== null && plan.approved !== null
  const signed = approved || (plan !== null && plan.signed !== null)
  const over = (view.dialog?.kind === 'approve' && signed) || (view.dialog?.kind === 'second person' && approved)
  return over ? { ...view, dialog: null } : view
}

/** Why an open dialog answers nothing any more; null: it does. What is typed goes on into it, and does not become keys. */
export function overtakenWhy({ kind, gate }: Dialog, { run }: ConsoleState): string | null {
  if (!answersGate.has(kind) || gate === (gateOf(run)?.id ?? null)) return null
  return 'The run has gone on meanwhile: this answers nothing any more. Esc goes back.'
}

const answersGate: ReadonlySet<DialogKind> = new Set<DialogKind>([
  'decide',
  'approve',
  'second person',
  'plan failed',
  'trouble',
  'retry',
  'skip',
  'accept',
])
