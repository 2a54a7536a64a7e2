import { expect, test } from 'vitest'
import type { ProgramCommand } from '../../src/state/program-command.ts'
import { judgeProgram, type Standing } from '../../src/state/program-verdict.ts'

const was: Standing = { applied: ['1', '2'], schema: 's', rows: 'r', locks: [] }
const down: ProgramCommand = {
  kind: 'database.program',
  database: 'main',
  direction: 'down',
  migration: '2',
  argv: ['back'],
  env: {},
  place: { kind: 'directory', path: '/srv' },
}

test.each<[string, Partial<Standing>, Partial<Standing> | null, string, string]>([
  ['never begun', {}, null, 'not yet', "2 is still applied by its tool's table"],
  [
    'begun, with nothing changed',
    {},
    {},
    'not yet',
    "2 is still applied by its tool's table; its schema is as before the program, its rows are as before the program",
  ],
  [
    'no longer applied, whatever else',
    { applied: ['1'], schema: 't' },
    {},
    'holds',
    "2 is not applied by its tool's table; its schema is changed since, its rows are as before the program",
  ],
  ['no longer applied, by somebody else', { applied: ['1'] }, null, 'holds', "2 is not applied by its tool's table"],
  [
    'still applied with other rows',
    { rows: 'x' },
    {},
    'unclear',
    "2 is still applied by its tool's table; its schema is as before the program, its rows are changed since",
  ],
  [
    'still applied with another schema',
    { schema: 't' },
    {},
    'unclear',
    "2 is still applied by its tool's table; its schema is changed since, its rows are as before the program",
  ],
  [
    'as before, and its tool would refuse to go on',
    { locks: ['Knex is locked'] },
    {},
    'unclear',
    "2 is still applied by its tool's table; its schema is as before the program, its rows are as before the program; Knex is locked",
  ],
])('a program that is %s', (_, now, before, verdict, says) => {
  expect(judgeProgram(down, { ...was, ...now }, before === null ? null : { ...was, ...before })).toEqual({
    verdict,
    says,
  })
})

test('the way up is done once it is applied', () => {
  const up = { ...down, direction: 'up' as const, migration: '3' }
  const { verdict } = judgeProgram(up, { ...was, applied: ['1', '2', '3'] }, was)
  expect([verdict, judgeProgram(up, was, null)]).toEqual([
    'holds',
    { verdict: 'not yet', says: "3 is still not applied by its tool's table" },
  ])
})
