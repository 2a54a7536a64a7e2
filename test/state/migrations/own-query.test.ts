import { expect, test } from 'vitest'
import type { Migration } from '../../../src/state/facts.ts'
import { appliedOf, sameApplied, selectApplied } from '../../../src/state/migrations/applied.ts'
import { bookkeeping } from '../../../src/state/migrations/bookkeeping.ts'
import { rowsUnapplied } from '../../../src/state/migrations/own-query.ts'
import { wrongTool } from '../../../src/state/migrations/wrong-tool.ts'
import { parsed, quote, seen } from './support.ts'

const own = {
  query: 'SELECT v, what FROM done ORDER BY n',
  unapply: 'DELETE FROM done WHERE v = ?',
  apply: 'INSERT INTO done (v) VALUES (?)',
}
const place = { table: 'done', quote }

test('what is applied is read with a query of a team’s own: the version, and a name where it gives one', () => {
  const rows = [
    { v: 7, what: 'notes' },
    { v: '0008', what: null },
  ]
  expect(selectApplied(own, place)).toBe(own.query)
  expect(appliedOf(own, rows, [])).toEqual([{ version: '7', name: 'notes' }, { version: '0008' }])
  expect([sameApplied(own, ['7', '8'], ['8', '7']), sameApplied(own, ['7', '8'], ['8'])]).toEqual([true, false])
})

test('its scripts are pairs of files or files of two sections, their versions as the names have them', () => {
  const sections = {
    '0008_b.sql': '-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n',
    '0007_a.sql': '-- migrate:up\n',
  }
  const pairs = { '0008_b.up.sql': 'SELECT 1;', '0008_b.down.sql': 'SELECT 2;', '0007_a.up.sql': '' }
  expect(seen(parsed(own, sections))).toEqual(['0007 (a): 0 up, no way down', '0008 (b): 1 up, 1 down'])
  expect(seen(parsed(own, pairs))).toEqual(seen(parsed(own, sections)))
})

test('its table is put right with the team’s own statements, the version bound', () => {
  const migration: Migration = { version: "0008'; --", name: 'b', up: [], down: [], compatibleWith: [] }
  const booked = (direction: 'down' | 'up') => bookkeeping(own, { ...place, direction, migration, others: [] })
  expect([...booked('down'), ...booked('up')]).toEqual([
    { sql: own.unapply, args: ["0008'; --"] },
    { sql: own.apply, args: ["0008'; --"] },
  ])
})

test('another tool’s table does not contradict it', () => {
  expect(wrongTool('main', { tool: own, table: 'done' }, ['done', 'schema_migrations'])).toBeNull()
})

test('what takes a version out is asked as a question where it is a plain DELETE', () => {
  const asked = (unapply: string) => rowsUnapplied({ ...own, unapply }, '8')
  expect(asked('delete from `done` WHERE v = ? ;')).toEqual({
    sql: 'SELECT COUNT(*) AS n from `done` WHERE v = ?',
    args: ['8'],
  })
  for (const other of [
    'DELETE FROM done WHERE v = ? LIMIT 1',
    'DELETE d FROM done d WHERE v = ?',
    'UPDATE done SET gone = 1 WHERE v = ?',
    'DELETE FROM done WHERE v = ?; DELETE FROM done',
  ])
    expect(asked(other), other).toBeNull()
})
