import { expect, test } from 'vitest'
import { diffPanel } from '../../src/ui/panels/diff.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { stateAfter } from './support/states.ts'

test("shows today's schema against the target's", () => {
  const state = stateAfter(event => event.kind === 'plan.proposed')
  const { facts, plan } = state.run
  if (facts === null || plan === null) throw new Error('the fixture has no facts')
  const { version } = plan.plan.target
  const [database = ''] = Object.keys(facts.databases)
  const entry = {
    version,
    recordedAt: facts.at,
    by: 'ana',
    good: true,
    services: {},
    databases: {
      [database]: {
        fingerprint: 'then',
        migrations: [],
        schema: [{ kind: 'view' as const, name: 'paid', definition: '{}' }],
      },
    },
  }
  const seen = {
    ...facts,
    databases: { [database]: { ...Object.values(facts.databases)[0]!, fingerprint: 'now', schema: [] } },
    records: { here: { ledger: [entry], freeze: null, lock: null, refused: [] } },
  }
  const { rows } = diffPanel(
    { ...state, run: { ...state.run, facts: seen } },
    themeOf({ color: false, ascii: true, animation: false }),
    80,
  )
  const shown = rows.map(spans => spans.map(({ text }) => text).join(''))
  expect(shown.slice(shown.indexOf('Schema')).slice(0, 2)).toEqual(['Schema', `  ${database}: view paid: added`])
})
