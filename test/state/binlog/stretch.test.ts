import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rowsIn } from '../../../src/state/binlog/counts.ts'
import type { BinlogEvent } from '../../../src/state/binlog/event.ts'
import { beginStretch, stretchOver, type Stretched, type StretchQuestion } from '../../../src/state/binlog/stretch.ts'

const question: StretchQuestion = {
  schema: 'shop',
  tables: ['orders', 'old'],
  from: { file: 'b.000001', offset: 0 },
  until: { file: 'b.000001', offset: 1000 },
  withoutTransactions: ['old'],
  withoutKey: ['old'],
  takesAlong: { orders: 'the foreign key items_fk of items' },
}

describe('a stretch of binlog that a person wants taken back', () => {
  test('is made of whole transactions, by where they begin, and every row of them counts', () => {
    const moments = fc.tuple(fc.nat(1300), fc.nat(1300))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 }), moments, (made, [from, until]) => {
        const at = (offset: number) => ({ file: 'b.000001', offset })
        const events = made.flatMap((rows, index) => transactionAt(100 * index, 'orders', rows))
        const judged = over(events, { ...question, from: at(from), until: at(until) })
        const meant = made.flatMap((rows, index) =>
          100 * index >= from && 100 * index < until ? [{ rows, index }] : [],
        )
        expect(rowsIn(judged.tables)).toBe(meant.reduce((sum, { rows }) => sum + rows, 0))
        expect(judged.begun?.offset).toBe(meant[0] && 100 * meant[0].index)
        const next = meant.at(-1)
        const after = next === undefined || next.index === made.length - 1 ? null : at(100 * (next.index + 1))
        expect(judged.ended).toEqual(after)
      }),
    )
  })

  test('is found by times too', () => {
    const events = [
      ...transactionAt(0, 'orders', 1, '2026-11-24T03:00:00Z'),
      ...transactionAt(100, 'orders', 2, '2026-11-24T03:01:00Z'),
      ...transactionAt(200, 'orders', 4, '2026-11-24T03:02:00Z'),
    ]
    const judged = over(events, { ...question, from: '2026-11-24T03:00:30Z', until: '2026-11-24T03:02:00Z' })
    expect(judged).toMatchObject({ begun: { offset: 100 }, ended: { offset: 200 }, tables: [{ inserted: 2 }] })
  })

  test('names what else its transactions wrote to', () => {
    expect(
      over([...transactionAt(0, 'orders', 1), ...transactionAt(100, 'ledger', 3), ...transactionAt(1100, 'items', 1)]),
    ).toMatchObject({
      tables: [{ table: 'orders', inserted: 1 }],
      also: ['ledger'],
    })
  })

  test('is refused for a change of the schema from then until now, and for a statement within it', () => {
    const ddl = { ...eventAt(5000), what: { kind: 'query', schema: 'shop', text: 'DROP TABLE x' } } as const
    const dml = { ...ddl, what: { kind: 'query', schema: 'shop', text: 'DELETE FROM orders' } } as const
    const [begin] = transactionAt(4900, 'orders', 0)
    const meant = transactionAt(0, 'orders', 1)
    expect(over([ddl, ...meant]).refused).toEqual([])
    expect(over([...meant, ...(begin ? [begin] : []), dml, ddl]).refused).toEqual([
      'b.000001:5000 is a change of the schema: DROP TABLE x',
    ])
    expect(over([...meant.slice(0, 1), { ...dml, place: { file: 'b.000001', offset: 5 } }]).refused).toEqual([
      'b.000001:5 is a statement and no rows (binlog_format): DELETE FROM orders',
    ])
  })

  test('is refused for rows that cannot be taken back by what the log says of them', () => {
    const [begin, rows, commit] = transactionAt(0, 'orders', 1)
    if (begin === undefined || rows?.what.kind !== 'rows' || commit === undefined) throw new Error('no transaction')
    const [one] = rows.what.rows
    if (one === undefined) throw new Error('no rows')
    const written = (more: Partial<typeof one>) =>
      [begin, { ...rows, what: { ...rows.what, rows: [{ ...one, ...more }] } }, commit] as BinlogEvent[]
    const why = (events: BinlogEvent[]) => over(events).refused.map(text => text.slice('b.000001:10 '.length))
    expect(why(written({ whole: false }))).toEqual(['has not all columns of the rows of orders (binlog_row_image)'])
    expect(why(written({ deleted: 1 }))).toEqual([
      'deletes rows of orders, and what the foreign key items_fk of items took along with them stands in no binlog',
    ])
    expect(why(written({ table: 'old' }))).toEqual([
      'writes to old, which knows no transactions',
      'writes to old, which has no primary key',
    ])
    expect(why([{ ...begin, what: { kind: 'begin', xa: true } }, rows])).toEqual([
      'is of an XA transaction: how that ended stands elsewhere',
    ])
  })
})

function over(events: readonly BinlogEvent[], asked = question): Stretched {
  return events.reduce(stretchOver, beginStretch(asked))
}

function eventAt(offset: number, at = '2026-11-24T03:01:12Z'): Omit<BinlogEvent, 'what'> {
  return { place: { file: 'b.000001', offset }, end: offset + 10, at }
}

function transactionAt(offset: number, table: string, inserted: number, at?: string): BinlogEvent[] {
  const one = { schema: 'shop', table, inserted, updated: 0, deleted: 0, whole: true }
  return [
    { ...eventAt(offset, at), what: { kind: 'begin', xa: false } },
    { ...eventAt(offset + 10, at), what: { kind: 'rows', rows: [one], statement: null } },
    { ...eventAt(offset + 20, at), what: { kind: 'commit' } },
  ]
}
