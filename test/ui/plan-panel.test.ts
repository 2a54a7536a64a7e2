import { expect, test } from 'vitest'
import { planStory } from '../../src/cli/plain/gates/plan-story.ts'
import { planPanel } from '../../src/ui/panels/plan.ts'
import { textOf } from '../../src/ui/text/row.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { demoLines } from './support/demo.ts'
import { stateOf } from './support/states.ts'

test('the steps of a plan stand in the order they run, on the screen and in lines: the database before services are started', () => {
  const lines = demoLines()
  const state = stateOf(lines.slice(0, lines.findIndex(({ event }) => event.kind === 'plan.proposed') + 1), 'helm')
  const steps = state.run.plan?.plan.steps ?? []
  const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })
  const shown = planPanel(state, theme, 120)
  const told = planStory(state.run)
    .flat()
    .map(({ text }) => text)
  const phases = ['3 Services', '4 Database', '3 Services', '4 Database']
  expect(shown.rows.map(textOf).filter(row => /^\d \w+, /.test(row))).toEqual(
    [5, 5, 13, 1].map((number, at) => `${phases[at]}, ${number} step${number === 1 ? '' : 's'}`),
  )
  expect(shown.spots?.map(({ id }) => id)).toEqual(steps.map(({ id }) => id))
  expect(told.filter(text => /^\d \w+, steps/.test(text))).toEqual(phases.map(phase => `${phase}, steps`))
  const titles = told.flatMap(text => steps.find(({ title }) => text.startsWith(`${title}: `))?.title ?? [])
  expect(titles).toEqual(steps.map(({ title }) => title))
})
