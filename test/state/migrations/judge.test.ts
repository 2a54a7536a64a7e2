import { describe, expect, test } from 'vitest'
import type { Effect, Migration, Statement } from '../../../src/state/facts.ts'
import { judge } from '../../../src/state/migrations/judge.ts'
import { isNarrower } from '../../../src/state/migrations/narrower.ts'

const says = (sql: string, ...effects: Effect[]): Statement => ({ sql, effects })
const change = (type: string | null): Effect => ({
  kind: 'change column',
  table: 'orders',
  column: 'note',
  type,
  notNull: false,
})
const of = (down: readonly Statement[] | null, up: readonly Statement[] = [], more: Partial<Migration> = {}): unknown =>
  judge({ version: '1', name: 'one', up, down, compatibleWith: [], ...more })

describe('a way down', () => {
  test('that is not there, or has nothing in it, is irreversible; one whose author says so is not', () => {
    expect(of(null)).toEqual({ verdict: 'irreversible', why: 'it has no way down' })
    expect(of([])).toEqual({ verdict: 'reversible', why: 'its author says that there is nothing to take back' })
  })

  test('that only a tool can go is opaque, and its command is told', () => {
    const opaque = { why: 'it is a Ruby program', argv: ['bin/rails', 'db:migrate:down', 'VERSION=1'] }
    expect(of(null, [], { opaque })).toEqual({
      verdict: 'opaque',
      why: 'it is a Ruby program: only bin/rails db:migrate:down VERSION=1 reverses it',
    })
  })

  test('is lossy where it drops, deletes or overwrites, and each loss is told once', () => {
    const down = [
      says('DROP TABLE a', { kind: 'drop table', table: 'a' }),
      says(
        'ALTER TABLE b ...',
        { kind: 'drop column', table: 'b', column: 'n' },
        { kind: 'drop column', table: 'b', column: 'n' },
      ),
      says('DELETE FROM c', { kind: 'rows', verb: 'delete', table: 'c', all: true }),
      says('UPDATE d', { kind: 'rows', verb: 'update', table: 'd' }),
    ]
    expect(of(down)).toEqual({
      verdict: 'lossy',
      why: 'drops table a; drops b.n; deletes rows of c; overwrites rows of d',
    })
  })

  test('is reversible where it adds, renames, inserts, or drops what holds no rows', () => {
    const down = [
      says('CREATE TABLE a (id INT)', { kind: 'create table', table: 'a' }),
      says('ALTER TABLE a RENAME TO b', { kind: 'rename', table: 'a', what: 'to b' }),
      says('INSERT INTO a', { kind: 'rows', verb: 'insert', table: 'a' }),
      says('DROP VIEW v', { kind: 'other', what: 'DROP' }),
      says('SET foreign_key_checks = 0', { kind: 'other', what: 'SET' }),
    ]
    expect(of(down)).toEqual({ verdict: 'reversible', why: 'its way down drops no table, column or row' })
  })

  test('is lossy where its text does not tell what it does', () => {
    for (const sql of ['CALL tidy_up()', 'DROP DATABASE shop', "LOAD DATA INFILE 'x' INTO TABLE a"])
      expect([sql, of([says(sql, { kind: 'other', what: 'it' })])]).toEqual([
        sql,
        { verdict: 'lossy', why: 'does what its text does not tell: it' },
      ])
  })

  test('is lossy where a column becomes narrower than the way up made it, or nobody knows', () => {
    const narrowed = { verdict: 'lossy', why: 'makes orders.note varchar(80), which may not hold every value' }
    expect(of([says('', change('varchar(80)'))], [says('', change('varchar(200)'))])).toEqual(narrowed)
    expect(of([says('', change('varchar(80)'))])).toEqual(narrowed)
    expect(of([says('', change('varchar(200)'))], [says('', change('varchar(80)'))])).toMatchObject({
      verdict: 'reversible',
    })
    expect(of([says('', change(null))], [says('', change(null))])).toMatchObject({ verdict: 'reversible' })
  })

  test('a type is narrower than another if a value of that may not fit', () => {
    const narrower = [
      ['varchar(200)', 'varchar(80)'],
      ['bigint', 'int'],
      ['INT UNSIGNED', 'INT'],
      ['int', 'int unsigned'],
      ['decimal(10,2)', 'decimal(10,3)'],
      ['decimal(10,3)', 'decimal(10,2)'],
      ['longtext', 'text'],
      ['text', 'varchar(255)'],
      ['datetime(6)', 'datetime'],
      ['datetime', 'date'],
      ['double', 'int'],
      ['int', 'point'],
    ] as const
    const wider = [
      ['varchar(80)', 'varchar(200) NOT NULL'],
      ['int(11)', 'bigint(20)'],
      ['decimal(10,2)', 'decimal(12,2)'],
      ['varchar(255)', 'text'],
      ['char(3)', 'varchar(3)'],
      ['int', 'INTEGER'],
    ] as const
    expect(narrower.filter(([from, to]) => !isNarrower(from, to))).toEqual([])
    expect(wider.filter(([from, to]) => isNarrower(from, to))).toEqual([])
  })
})
