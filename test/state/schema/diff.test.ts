import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SchemaObject } from '../../../src/state/facts.ts'
import { canonical, type Json } from '../../../src/state/json.ts'
import { diffSchemas, schemaLines } from '../../../src/state/schema/diff.ts'
import type { ColumnDefinition, TableDefinition } from '../../../src/state/schema/table.ts'

describe('what differs between two schemas', () => {
  test('is told in words, part by part', () => {
    const now = table('orders', {
      columns: [
        column('id', 'bigint', { null: false, autoIncrement: true }),
        column('amount', 'decimal(10,2)', { default: { value: '0.00' } }),
        column('customer_id', 'int'),
        column('note', 'varchar(255)', { collation: 'utf8mb4_bin' }),
        column('at', 'timestamp', { null: false, default: { expression: 'current_timestamp' } }),
      ],
      indexes: [
        { name: 'PRIMARY', unique: true, kind: 'btree', parts: ['id'] },
        { name: 'ix_note', unique: false, kind: 'btree', parts: ['note(20)'] },
      ],
      foreignKeys: [
        {
          name: 'fk_customer',
          columns: ['customer_id'],
          table: 'customers',
          references: ['id'],
          onDelete: 'cascade',
          onUpdate: 'restrict',
        },
      ],
      options: { engine: 'InnoDB', collation: 'utf8mb4_bin' },
    })
    const target = table('orders', {
      columns: [
        column('id', 'bigint', { null: false, autoIncrement: true }),
        column('customer_id', 'int', { null: false }),
        column('amount', 'decimal(8,2)', { default: { value: '0.00' } }),
        column('at', 'timestamp', { null: false }),
        column('state', 'varchar(9)', { collation: 'latin1_swedish_ci' }),
      ],
      indexes: [{ name: 'PRIMARY', unique: true, kind: 'btree', parts: ['id', 'at desc'] }],
      foreignKeys: [
        {
          name: 'fk_customer',
          columns: ['customer_id'],
          table: 'customers',
          references: ['id'],
          onDelete: 'restrict',
          onUpdate: 'restrict',
        },
      ],
      checks: [{ name: 'some', clause: '`amount` > 0', enforced: true }],
      options: { engine: 'InnoDB', collation: 'utf8mb4_bin', row_format: 'compressed' },
    })
    const trigger = (body: string): SchemaObject => ({ kind: 'trigger', name: 'tr', definition: canonical({ body }) })
    const view: SchemaObject = { kind: 'view', name: 'v', definition: '{}' }
    const routine: SchemaObject = { kind: 'routine', name: 'function f', definition: '{}' }
    expect(schemaLines(diffSchemas([now, trigger('a'), view], [target, trigger('b'), routine]))).toEqual([
      'function f: added',
      'orders.amount: decimal(10,2) -> decimal(8,2)',
      'orders.customer_id: NULL -> NOT NULL',
      'orders.note gone, it was varchar(255) NULL',
      'orders.at: DEFAULT (current_timestamp) -> no DEFAULT',
      'orders.state: added, varchar(9) NULL COLLATE latin1_swedish_ci',
      'orders: order of columns: id, amount, customer_id, at -> id, customer_id, amount, at',
      'orders: index PRIMARY: unique (id) -> unique (id, at desc)',
      'orders: index ix_note gone, it was (note(20))',
      'orders: foreign key fk_customer: (customer_id) to customers (id), on delete cascade -> (customer_id) to customers (id)',
      'orders: check some: added, (`amount` > 0)',
      'orders: row format: added, compressed',
      'trigger tr: its text differs',
      'view v gone',
    ])
  })

  test('is told of SQLite too', () => {
    const sqlite = (columns: readonly Json[], more: Readonly<Record<string, Json>> = {}): SchemaObject => ({
      kind: 'table',
      name: 'orders',
      definition: canonical({ columns, keys: [], unique: [], checks: [], options: '', ...more }),
    })
    const id = { name: 'id', type: 'INTEGER', notnull: 0, dflt_value: null, pk: 1, hidden: 0 }
    const note = { name: 'note', type: 'TEXT', notnull: 1, dflt_value: "''", pk: 0, hidden: 0 }
    const key = { table: 'customers', from: 'id', to: 'id', on_update: 'NO ACTION', on_delete: 'CASCADE' }
    const before = sqlite([id, note], { keys: [key], unique: [[{ name: 'note' }]] })
    const after = sqlite([id], { checks: ['( id > 0 )'], options: 'strict' })
    expect(schemaLines(diffSchemas([before], [after]))).toEqual([
      "orders.note gone, it was TEXT NOT NULL DEFAULT ''",
      'orders: foreign key of id gone, it was to customers (id), on delete cascade',
      'orders: unique (note) gone',
      'orders: check ( id > 0 ): added',
      'orders: options: none -> strict',
    ])
  })

  test('is nothing between a schema and itself, and something between any two others', () => {
    const schema = fc.array(
      fc.record({
        kind: fc.constantFrom('table' as const, 'view' as const),
        name: fc.constantFrom('a', 'b'),
        definition: fc.constantFrom(
          '{}',
          'x',
          canonical(tableOf({ columns: [] })),
          canonical(tableOf({ columns: [column('a', 'int')] })),
        ),
      }),
      { maxLength: 3 },
    )
    const distinct = schema.map(objects => [
      ...new Map(objects.map(object => [object.kind + object.name, object])).values(),
    ])
    fc.assert(
      fc.property(distinct, distinct, (from, to) => {
        const set = (objects: readonly SchemaObject[]): string =>
          objects
            .map(object => canonical(object))
            .toSorted()
            .join()
        expect(diffSchemas(from, from)).toEqual([])
        expect(diffSchemas(from, to).length > 0).toBe(set(from) !== set(to))
        expect(diffSchemas(to, from)).toHaveLength(diffSchemas(from, to).length)
      }),
    )
  })
})

function column(name: string, type: string, more: Partial<ColumnDefinition> = {}): ColumnDefinition {
  return { name, type, null: true, ...more }
}

function tableOf(parts: Partial<TableDefinition>): Json {
  return { columns: [], indexes: [], foreignKeys: [], checks: [], options: {}, ...parts } as unknown as Json
}

function table(name: string, parts: Partial<TableDefinition>): SchemaObject {
  return { kind: 'table', name, definition: canonical(tableOf(parts)) }
}
