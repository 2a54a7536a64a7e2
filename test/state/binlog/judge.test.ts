import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BinlogEvent } from '../../../src/state/binlog/event.ts'
import { rowsIn } from '../../../src/state/binlog/counts.ts'
import { beginJudging, judgeEvent, type BinlogQuestion, type Judging } from '../../../src/state/binlog/judge.ts'
import { comparePlaces, filesBetween, placeIn, placeText } from '../../../src/state/binlog/place.ts'
import { isAbout, queryKind } from '../../../src/state/binlog/query.ts'

const question: BinlogQuestion = {
  schema: 'shop',
  tracking: 'schema_migrations',
  since: [{ version: '20261118', up: ['ALTER TABLE orders ADD COLUMN note TEXT', 'UPDATE orders SET note = 1'] }],
  tables: ['orders', 'schema_migrations'],
  withoutTransactions: ['old'],
  until: null,
}

describe('places of a binlog', () => {
  test('are read as servers write them, and nothing else is', () => {
    expect(placeIn('binlog.000004:1234')).toEqual({ file: 'binlog.000004', offset: 1234 })
    for (const text of ['binlog.000004', 'binlog:4', '2026-11-24T03:01:12Z', 'a b.1:4', ''])
      expect(placeIn(text)).toBe(null)
  })

  test('are read back as they are written, and ordered as they were written', () => {
    const place = fc.record({
      file: fc.integer({ min: 1, max: 2_000_000 }).map(n => `mysql-bin.${String(n).padStart(6, '0')}`),
      offset: fc.nat(),
    })
    fc.assert(
      fc.property(place, one => {
        expect(placeIn(placeText(one))).toEqual(one)
      }),
    )
    fc.assert(
      fc.property(fc.array(place, { maxLength: 8 }), places => {
        const sorted = [...places].sort(comparePlaces)
        const numbers = sorted.map(({ file, offset }) => Number(file.split('.')[1]) * 2 ** 32 + offset)
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      }),
    )
  })

  test('have all files between them, or it is said which are missing', () => {
    const files = (numbers: readonly number[]) => numbers.map(n => `b.${String(n).padStart(6, '0')}`)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_990 }),
        fc.integer({ min: 3, max: 9 }),
        fc.nat(),
        (first, count, which) => {
          const all = files(Array.from({ length: count }, (_, index) => first + index))
          const [begin = '', end = ''] = [all[0], all.at(-1)]
          expect(filesBetween(all, begin)).toEqual(all)
          expect(filesBetween(all, begin, end)).toEqual(all)
          const gone = 1 + (which % (count - 2))
          const left = all.filter((_, index) => index !== gone)
          expect(filesBetween(left, begin)).toBe(
            `between ${all[gone - 1] ?? ''} and ${all[gone + 1] ?? ''} files are missing`,
          )
          expect(filesBetween(all.slice(1), begin)).toBe(`${begin} is gone: the oldest file there is ${all[1] ?? ''}`)
        },
      ),
    )
  })
})

describe('a stretch of binlog', () => {
  test('counts every row once, before the end or after it, whole transactions at a time', () => {
    const table = fc.constantFrom('shop.orders', 'shop._astern_marks', 'other.orders')
    const transactions = fc.array(fc.array(fc.tuple(table, fc.integer({ min: 1, max: 5 })), { maxLength: 4 }), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(transactions, fc.nat(600), (made, until) => {
        const events = made.flatMap((rows, index) => transactionAt(100 * index, rows))
        const judged = judge(events, { ...question, until: { file: 'b.000001', offset: until } })
        const own = (rows: readonly (readonly [string, number])[]) =>
          rows.reduce((sum, [of, n]) => sum + (of === 'shop.orders' ? n : 0), 0)
        const firstAfter = made.findIndex(
          (_, index) => 100 * index >= until || (100 * index < until && until <= lastBegin(index, made)),
        )
        const before = firstAfter < 0 ? made : made.slice(0, firstAfter)
        expect(rowsIn(judged.tables)).toBe(before.reduce((sum, rows) => sum + own(rows), 0))
        expect(rowsIn(judged.tables) + rowsIn(judged.after)).toBe(made.reduce((sum, rows) => sum + own(rows), 0))
        if (firstAfter >= 0) expect(judged.end?.place.offset).toBe(100 * firstAfter)
        else expect(judged.end).toBe(null)
      }),
    )
  })

  test('ends before the first statement of a migration, by its text, however it is written', () => {
    const judged = judge([
      ...transactionAt(0, [['shop.orders', 2]]),
      ...ddlAt(100, 'alter  table `orders`\n add column note TEXT;'),
      ...transactionAt(200, [['shop.orders', 3]]),
    ])
    expect(judged).toMatchObject({
      end: { place: { offset: 100 }, before: 'migration 20261118', meant: true },
      tables: [{ inserted: 2 }],
      after: [{ inserted: 3 }],
    })
  })

  test('ends before the transaction in which a migration changes rows or is written down', () => {
    const noted = { schema: 'shop', table: 'schema_migrations', inserted: 1, updated: 0, deleted: 0, whole: true }
    const [begin, , commit] = transactionAt(100, [])
    const booked = {
      ...eventAt(110),
      what: { kind: 'rows', rows: [{ ...noted, values: ["'20261118'"] }], statement: null },
    } as const
    const other = { ...booked, what: { ...booked.what, rows: [{ ...noted, values: ["'20261117'"] }] } } as const
    const first = transactionAt(0, [['shop.orders', 2]])
    expect(judge([...first, ...some(begin), booked, ...some(commit)]).end?.place.offset).toBe(100)
    expect(judge([...first, ...some(begin), other, ...some(commit)]).end).toBe(null)
    const changed = transactionAt(100, [['shop.orders', 9]], 'UPDATE orders SET note = 1')
    expect(judge([...first, ...changed])).toMatchObject({ end: { place: { offset: 100 } }, tables: [{ inserted: 2 }] })
  })

  test('is refused for what cannot be replayed before its end, and not for what comes after', () => {
    const statement = { ...eventAt(0), what: { kind: 'query', schema: 'shop', text: 'DELETE FROM orders' } } as const
    const lost = { ...eventAt(0), what: { kind: 'broken', why: 'says that events were lost here' } } as const
    expect(judge([statement, lost]).refused).toEqual([
      'b.000001:0 is a statement and no rows (binlog_format): DELETE FROM orders',
      'b.000001:0 says that events were lost here',
    ])
    expect(judge([...ddlAt(0, 'DROP TABLE orders'), statement, lost]).refused).toEqual([])
    const elsewhere = { ...statement, what: { kind: 'query', schema: 'other', text: 'DELETE FROM x' } } as const
    expect(judge([elsewhere]).refused).toEqual([])
    const xa = { ...eventAt(0), what: { kind: 'begin', xa: true } } as const
    expect(judge([xa, ...transactionAt(0, [['shop.orders', 1]]).slice(1)]).refused).toEqual([
      'b.000001:10 is of an XA transaction: how that ended stands elsewhere',
    ])
  })
})

test('statements are told apart by what they change', () => {
  const nothing = [
    'COMMIT',
    'FLUSH TABLES',
    'ANALYZE TABLE orders',
    'GRANT SELECT ON shop.* TO a',
    'CREATE USER a',
    'DROP /*!40005 TEMPORARY */ TABLE IF EXISTS `t`',
    '/* astern r1 */ CREATE TABLE IF NOT EXISTS `_astern_marks` (a INT)',
    'DROP DATABASE IF EXISTS `_astern_r1_shop`',
  ]
  expect(nothing.map(queryKind)).toEqual(nothing.map(() => 'nothing'))
  expect(['-- why\nUPDATE orders SET a = 1', 'insert into x values (1)', 'CALL tidy()'].map(queryKind)).toEqual([
    'rows',
    'rows',
    'rows',
  ])
  expect(
    ['TRUNCATE orders', 'CREATE TABLE x (a INT)', 'DROP TABLE orders', 'RENAME TABLE a TO b'].map(queryKind),
  ).toEqual(['schema', 'schema', 'schema', 'schema'])
  const from = (schema: string, text: string) => isAbout('shop', { schema, text })
  expect([
    from('shop', 'DROP TABLE x'),
    from('other', 'DROP TABLE `shop`.`x`'),
    from('', 'DROP DATABASE shop'),
  ]).toEqual([true, true, true])
  expect([
    from('other', 'DROP TABLE workshop.x'),
    from('other', 'DROP TABLE x.shop'),
    from('', 'DROP DATABASE shop_old'),
  ]).toEqual([false, false, false])
})

function judge(events: readonly BinlogEvent[], asked = question): Judging {
  return events.reduce(judgeEvent, beginJudging(asked))
}

function eventAt(offset: number): Omit<BinlogEvent, 'what'> {
  return { place: { file: 'b.000001', offset }, end: offset + 10, at: '2026-11-24T03:01:12Z' }
}

function transactionAt(
  offset: number,
  rows: readonly (readonly [string, number])[],
  statement: string | null = null,
): BinlogEvent[] {
  const written = rows.map(([name, inserted], index): BinlogEvent => {
    const [schema = '', table = ''] = name.split('.')
    const one = { schema, table, inserted, updated: 0, deleted: 0, whole: true }
    return { ...eventAt(offset + 10 * (index + 1)), what: { kind: 'rows', rows: [one], statement } }
  })
  return [
    { ...eventAt(offset), what: { kind: 'begin', xa: false } },
    ...written,
    { ...eventAt(offset + 10 * (rows.length + 1)), what: { kind: 'commit' } },
  ]
}

function ddlAt(offset: number, text: string): BinlogEvent[] {
  return [
    { ...eventAt(offset), what: { kind: 'begin', xa: false } },
    { ...eventAt(offset + 10), what: { kind: 'query', schema: 'shop', text } },
  ]
}

/** Where the last event of a transaction begins: a place within it takes the whole of it out. */
function lastBegin(index: number, made: readonly (readonly unknown[])[]): number {
  return 100 * index + 10 * (made[index]?.length ?? 0)
}

function some<T>(one: T | undefined): readonly T[] {
  return one === undefined ? [] : [one]
}
