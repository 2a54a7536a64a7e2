import { expect, test } from 'vitest'
import type { RunEvent } from '../../src/state/event.ts'
import { headerRow } from '../../src/ui/frame/header.ts'
import { textOf } from '../../src/ui/text/row.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { stateAfter } from './support/states.ts'

const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })

test('a severity stands there once a person has decided it, and not while it is proposed', () => {
  const said = (is: RunEvent['kind']): string | undefined => {
    const state = stateAfter(({ kind }) => kind === is)
    return /SEV-\d/.exec(textOf(headerRow(state, theme, 120)))?.[0]
  }
  expect([said('run.opened'), said('facts.gathered'), said('decision.made')]).toEqual([undefined, undefined, 'SEV-2'])
})
