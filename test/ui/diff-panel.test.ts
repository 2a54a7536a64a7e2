import { expect, test } from 'vitest'
import { diffPanel } from '../../src/ui/panels/diff.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { stateAfter } from './support/states.ts'

test("shows today's schema against the target's", () => {
  const state = stateAfter(event => event.kind === 'plan.proposed')
  const { plan } = state.run
  if (plan === null) throw new Error('the fixture has no plan')
  const schema = ['main: orders.note: added, text NULL', 'main: view paid gone']
  const run = { ...state.run, plan: { ...plan, plan: { ...plan.plan, schema } } }
  const { rows } = diffPanel(
    { ...state, run },
    themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false }),
    80,
  )
  const shown = rows.map(spans => spans.map(({ text }) => text).join(''))
  expect(shown.slice(shown.indexOf('Schema')).slice(0, 3)).toEqual(['Schema', ...schema.map(line => `  ${line}`)])
})
