import { expect, test } from 'vitest'
import type { Effect, Migration } from '../../../src/state/facts.ts'
import { incompatibilities } from '../../../src/state/sql/compatibility.ts'

const table = 'orders'
const needed: Effect = { kind: 'add column', table, column: 'note', notNull: true, hasDefault: false }

const cases: readonly (readonly [what: string, effects: readonly Effect[], findings: readonly string[]])[] = [
  ['nothing', [], []],
  ['a table dropped', [{ kind: 'drop table', table }], ['1 drops table orders']],
  ['a column dropped', [{ kind: 'drop column', table, column: 'note' }], ['1 drops orders.note']],
  ['a table renamed', [{ kind: 'rename', table, what: 'to old', to: 'old' }], ['1 renames orders to old']],
  [
    'a column renamed',
    [{ kind: 'rename', table, what: 'column note to remark', column: 'note', to: 'remark' }],
    ['1 renames orders.note to remark'],
  ],
  ['a column that a new row cannot be without', [needed], ['1 adds orders.note, which a new row cannot be without']],
  ['a column with a default', [{ kind: 'add column', table, column: 'note', notNull: true, hasDefault: true }], []],
  ['a column that may be NULL', [{ kind: 'add column', table, column: 'note', notNull: false, hasDefault: false }], []],
  ['a column of which the text says no more', [{ kind: 'add column', table, column: 'note' }], []],
  ['another type', [{ kind: 'change column', table, column: 'note', type: 'int', notNull: false }], []],
  ['a column made NOT NULL', [{ kind: 'change column', table, column: 'note', type: 'int', notNull: true }], []],
  [
    'what rows have to satisfy',
    [
      { kind: 'unique', table, columns: ['note'] },
      { kind: 'check', table, expression: 'note > 0' },
      { kind: 'reference', table, columns: ['note'], to: { table: 'notes', columns: ['id'] } },
    ],
    [],
  ],
  ['rows deleted', [{ kind: 'rows', verb: 'delete', table, all: true }], []],
  ['what could not be read', [{ kind: 'other', what: 'CALL', destroys: true }], []],
  [
    'a table made and dropped again',
    [
      { kind: 'create table', table },
      { kind: 'drop table', table },
    ],
    [],
  ],
  [
    'a table dropped and made again',
    [
      { kind: 'drop table', table, ifExists: true },
      { kind: 'create table', table },
    ],
    [],
  ],
  [
    'a column of a new table',
    [{ kind: 'create table', table }, needed, { kind: 'drop column', table, column: 'id' }],
    [],
  ],
  ['a column added and dropped again', [needed, { kind: 'drop column', table, column: 'NOTE' }], []],
  [
    'a table whose place another takes',
    [
      { kind: 'create table', table: 'new' },
      { kind: 'drop table', table },
      { kind: 'rename', table: 'new', what: 'to orders', to: table },
    ],
    [],
  ],
]

test.each(cases)('older code: %s', (_, effects, findings) => {
  expect(incompatibilities([migration('1', effects)])).toEqual(findings)
})

test('migrations are followed in their own order, whichever order they come in', () => {
  const made = migration('1', [{ kind: 'create table', table }])
  const dropped = migration('2', [{ kind: 'drop table', table }])
  expect([incompatibilities([made, dropped]), incompatibilities([dropped, made])]).toEqual([[], []])
})

function migration(version: string, effects: readonly Effect[]): Migration {
  return { version, name: '', up: [{ sql: '', effects }], down: null, compatibleWith: [] }
}
