import { expect, test } from 'vitest'
import { openDialog } from '../../src/ui/dialogs/table.ts'
import { withoutOvertaken } from '../../src/ui/view/overtaken.ts'
import { firstView } from '../../src/ui/view/view.ts'
import { stateAfter } from './support/states.ts'

test('the approval opened a moment too late is gone once the plan is approved, and no other dialog is', () => {
  const before = stateAfter(({ kind }) => kind === 'plan.proposed')
  const view = { ...firstView, dialog: openDialog('approve', null, before, 0) }
  expect(withoutOvertaken(view, before)).toBe(view)
  const plan = before.run.plan!
  const approved = { by: 'ana', at: '2026-11-22T03:12:40Z', unattendedUntil: null } as NonNullable<typeof plan.approved>
  const after = { ...before, run: { ...before.run, plan: { ...plan, approved } } }
  expect(withoutOvertaken(view, after)).toEqual({ ...view, dialog: null })
  const noting = { ...firstView, dialog: openDialog('note', null, after, 0) }
  expect(withoutOvertaken(noting, after)).toBe(noting)
})
