import { expect, test } from 'vitest'
import { effectsIn } from '../../../src/state/sql/effects-in.ts'

test('a statement in a journal of 0.1.0, with one effect of its own, is read as one of today', () => {
  const effect = { kind: 'drop table', table: 'notes' } as const
  expect(effectsIn({ effect })).toEqual([effect])
  expect(effectsIn({ sql: 'DROP TABLE notes', effects: [effect] })).toEqual([effect])
})
