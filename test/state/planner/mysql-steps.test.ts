import { describe, expect, test } from 'vitest'
import type { DatabaseFact, Effect, Migration } from '../../../src/state/facts.ts'
import type { MysqlDatabase } from '../../../src/state/manifest.ts'
import { mysqlReturn, mysqlReversal } from '../../../src/state/planner/mysql-steps.ts'
import { withSessions } from '../../../src/state/planner/script-sessions.ts'

const declared: MysqlDatabase = {
  kind: 'mysql',
  server: { kind: 'socket', path: '/s' },
  database: 'shop',
  account: { user: 'astern', password: null },
  writers: [],
  readers: [],
  migrations: null,
  invariants: [],
}

describe('the reversal of a MySQL database', () => {
  test('keeps the rows of a table however its script writes the name', () => {
    expect(commands({ kind: 'drop table', table: 'ORDERS' })).toEqual([
      'database.fence',
      'database.count orders',
      'database.sum items,notes,tags',
      'database.archive orders',
      'database.statement',
      'database.seal orders',
      'database.unchanged items,notes,tags',
      'database.unfence',
    ])
  })

  test('keeps and counts the rows that go along by their foreign keys, and those that lose what they referred to', () => {
    const steps = commands({ kind: 'rows', verb: 'delete', table: 'orders' })
    expect(steps.filter(step => /count|archive|sum/.test(step))).toEqual([
      'database.count orders,items,notes,tags',
      'database.archive items',
      'database.archive notes',
      'database.archive orders',
      'database.archive tags',
    ])
  })

  test('runs a SET STATEMENT once, as the statement that it is', () => {
    const [off, lasting, drop] = [
      'SET foreign_key_checks = 0',
      'SET STATEMENT lock_wait_timeout = 1 FOR DELETE FROM notes',
      'DROP TABLE x',
    ]
    const script = [off, lasting, drop].map(sql => ({ sql, effects: [] }))
    expect(withSessions(script).map(({ statement, session }) => [statement.sql, ...session])).toEqual([
      [lasting, off],
      [drop, off],
    ])
  })
})

test('the way up again keeps what its own statements take away', () => {
  const up = migration([{ kind: 'drop column', table: 'notes', column: 'mood' }])
  const scripts = [{ migration: up, statements: up.down ?? [] }]
  const steps = mysqlReturn('main', declared, { fact, scripts, run: 'r1', tables: [], was: [] }, [])
  expect(steps.map(({ command }) => command.kind)).toEqual([
    'database.fence',
    'database.archive',
    'database.statement',
    'database.unfence',
  ])
})

function commands(effect: Effect): readonly string[] {
  return mysqlReversal('main', declared, fact, [migration([effect])], []).map(({ command }) => {
    if ('of' in command && typeof command.of === 'object')
      return `${command.kind} ${command.of.map(({ table }) => table).join()}`
    if ('tables' in command) return `${command.kind} ${String(command.tables)}`
    return 'table' in command ? `${command.kind} ${command.table}` : command.kind
  })
}

function migration(effects: readonly Effect[]): Migration {
  return { version: '2', name: 'x', up: [], compatibleWith: [], down: [{ sql: 'x', effects }] }
}

const refers = (table: string, onDelete: string) => ({
  columns: [],
  foreignKeys: [{ name: 'f', columns: ['up'], table, references: ['id'], onDelete, onUpdate: 'restrict' }],
})
const schema = [
  { kind: 'table', name: 'orders', definition: '{"columns":[],"foreignKeys":[]}' },
  { kind: 'table', name: 'items', definition: JSON.stringify(refers('orders', 'cascade')) },
  { kind: 'table', name: 'tags', definition: JSON.stringify(refers('items', 'cascade')) },
  { kind: 'table', name: 'notes', definition: JSON.stringify(refers('orders', 'set null')) },
] as const
const fact: DatabaseFact = {
  fault: null,
  fingerprint: 'f',
  schema,
  applied: ['1', '2'],
  migrations: [],
  rows: { orders: 4, items: 3, notes: 3, tags: 3 },
  sizeBytes: 1,
  freeBytes: null,
}
