import { expect, test } from 'vitest'
import { openDialog } from '../../src/ui/dialogs/table.ts'
import { press } from '../../src/ui/view/press.ts'
import { overtakenWhy, withoutOvertaken } from '../../src/ui/view/overtaken.ts'
import { firstView } from '../../src/ui/view/view.ts'
import { placeOf } from '../../src/ui/view/front.ts'
import { nowhere } from '../../src/ui/view/place.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

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

test('a new plan is shown from its beginning, wherever the text before it had been scrolled to', () => {
  const assessing = stateAfter(({ kind }) => kind === 'facts.gathered')
  const planned = stateAfter(({ kind }) => kind === 'plan.proposed')
  const again = { ...planned, run: { ...planned.run, plan: { ...planned.run.plan!, hash: 'another' } } }
  const size = { columns: 80, rows: 15 }
  const turned = press(firstView, 'page down', worldOf(assessing, size)).view
  expect([placeOf(turned, assessing).top, placeOf(turned, planned)]).toEqual([expect.any(Number), nowhere])
  const reading = press(firstView, 'page down', worldOf(planned, size)).view
  expect([placeOf(reading, planned).top, placeOf(reading, again)]).toEqual([expect.any(Number), nowhere])
})

test('an answer to a gate that is gone says so where it is open, and takes what is typed for text', () => {
  const validating = stateAfter(event => event.kind === 'checks.ended' && event.suite === 'after')
  const following = stateAfter(({ kind }) => kind === 'validation.accepted')
  const open = press(firstView, 'enter', worldOf(validating)).view
  expect([open.dialog?.kind, overtakenWhy(open.dialog!, validating)]).toEqual(['accept', null])
  expect(overtakenWhy(open.dialog!, following)).toBe(
    'The run has gone on meanwhile: this answers nothing any more. Esc goes back.',
  )
  const typed = press(open, 'X', worldOf(following, { clockMs: 9000 })).view
  expect(typed.dialog).toMatchObject({ kind: 'accept', fields: [{ value: 'X' }] })
})

test('Enter pressed again while the answer is on its way opens nothing', () => {
  const validating = stateAfter(event => event.kind === 'checks.ended' && event.suite === 'after')
  const open = press(firstView, 'enter', worldOf(validating)).view
  const sent = press(open, 'enter', worldOf(validating, { clockMs: 9000 }))
  expect(sent.effects).toMatchObject([{ kind: 'send', ask: { kind: 'accept validation' } }])
  const again = press(sent.view, 'enter', worldOf(validating, { clockMs: 10_000 })).view
  expect([again.dialog, again.notice]).toEqual([null, 'That is on its way: the engine takes it up.'])
  const refusal = { code: 'engine', reason: 'The engine did not answer in time.' }
  const refused = { ...validating, answer: { at: validating.now, refusal, ask: 'accept validation' } }
  expect(press(sent.view, 'enter', worldOf(refused, { clockMs: 11_000 })).view.dialog?.kind).toBe('accept')
})
