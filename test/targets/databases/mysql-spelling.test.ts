import { describe, expect, test } from 'vitest'
import type { TableDefinition } from '../../../src/state/schema/table.ts'
import type { Row } from '../../../src/targets/databases/query.ts'
import { columnOf } from '../../../src/targets/databases/mysql/schema/column.ts'
import { spellExpression } from '../../../src/targets/databases/mysql/schema/expression.ts'
import { schemaOf } from '../../../src/targets/databases/mysql/schema/read.ts'
import type { SchemaRows } from '../../../src/targets/databases/mysql/schema/rows.ts'

describe('one spelling of a schema', () => {
  test('is the same for a table as MySQL 8 and as MariaDB tell it', () => {
    expect(schemaOf(mysql8, [])).toEqual(schemaOf(mariadb, []))
  })

  test('tells the columns, keys and checks of a table', () => {
    const [table] = schemaOf(mysql8, [])
    expect(JSON.parse(table?.definition ?? '') as TableDefinition).toEqual({
      columns: [
        { name: 'id', type: 'bigint unsigned', null: false, autoIncrement: true },
        { name: 'customer_id', type: 'int', null: false },
        { name: 'paid', type: 'tinyint(1)', null: true, default: { value: '0' } },
        { name: 'note', type: 'varchar(255)', null: true, collation: 'utf8mb3_general_ci' },
        {
          name: 'state',
          type: "enum('New','it''s')",
          null: false,
          default: { value: 'New' },
          collation: 'utf8mb4_bin',
        },
        { name: 'meta', type: 'json', null: true },
        {
          name: 'at',
          type: 'timestamp',
          null: false,
          default: { expression: 'current_timestamp' },
          onUpdate: 'current_timestamp',
        },
        {
          name: 'label',
          type: 'varchar(80)',
          null: true,
          collation: 'utf8mb4_bin',
          generated: { as: "concat(`id`,' of ',`state`)", stored: true },
        },
      ],
      indexes: [
        { name: 'PRIMARY', unique: true, kind: 'btree', parts: ['id'] },
        { name: 'ix_note', unique: false, kind: 'btree', parts: ['note(20)', 'at desc'] },
      ],
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
      checks: [{ name: 'named', clause: "`id` > 0 and (`note` <> 'none' or `paid` is null)", enforced: true }],
      options: { engine: 'InnoDB', collation: 'utf8mb4_bin' },
    })
  })

  test.each([
    ['((`a` + `b`) * 2)', '(`a` + `b`) * 2'],
    ['((`a` * `b`) + 2)', '`a` * `b` + 2'],
    ['(`a` - (`b` - `c`))', '`a` - (`b` - `c`)'],
    ['((`a` - `b`) - `c`)', '`a` - `b` - `c`'],
    ['((`a` in (1,2,3)) and (`b` not in (4)))', '`a` in (1,2,3) and `b` not in (4)'],
    ['(`a` between (1 + 1) and 5)', '`a` between 1 + 1 and 5'],
    ["(`a` like _utf8mb4'x%')", "`a` like 'x%'"],
    ['(not((`a` or `b`)))', 'not (`a` or `b`)'],
    ['case when (`a` > 1) then (`b`) else NULL end', 'case when `a` > 1 then `b` else null end'],
    ['cast(`a` as char(10) charset utf8mb4)', 'cast(`a` as char ( 10 ) charset utf8mb4)'],
    ['`shop`.`orders`.`id` > 1', '`orders`.`id` > 1'],
    ["`a` <> 'shop'.", "`a` <> 'shop' ."],
    ["json_unquote(json_extract(`d`,'$.a'))", "json_unquote(json_extract(`d`,'$.a'))"],
    ["`a` = 'it\\'s'", "`a` = 'it''s'"],
    ["x'0A' = `a`", "x'0a' = `a`"],
  ])('writes %s as %s', (written, spelled) => {
    expect(spellExpression(written, 'shop')).toBe(spelled)
  })

  test('reads its own spelling as itself', () => {
    for (const text of ['`a` - (`b` - `c`)', 'not (`a` or `b`)', '`a` in (1,2) is null', '(`a`,`b`) = (1,2)'])
      expect(spellExpression(text, 'shop')).toBe(text)
  })

  test('tells a string from an expression, on either server', () => {
    const row = { name: 'a', nullable: 'YES', collation: null, generation: null }
    const as = (server: SchemaRows['server'], type: string, text: string | null, extra = ''): unknown =>
      columnOf({ ...row, type, default_text: text, extra }, { ...mysql8, server }, false).default
    expect(as('mysql', 'varchar(9)', 'NULL')).toEqual(as('mariadb', 'varchar(9)', "'NULL'"))
    expect(as('mysql', 'varchar(9)', 'uuid()')).toEqual({ value: 'uuid()' })
    expect(as('mysql', 'varchar(9)', 'uuid()', 'DEFAULT_GENERATED')).toEqual(as('mariadb', 'varchar(9)', 'uuid()'))
    expect(as('mysql', 'varchar(9)', "it's")).toEqual(as('mariadb', 'varchar(9)', "'it\\'s'"))
    expect(as('mysql', 'varchar(9)', '')).toEqual({ value: '' })
    expect(as('mysql', 'varchar(9)', null)).toEqual(as('mariadb', 'varchar(9)', 'NULL'))
    expect(as('mysql', 'datetime(3)', 'CURRENT_TIMESTAMP(3)', 'DEFAULT_GENERATED')).toEqual(
      as('mariadb', 'datetime(3)', 'current_timestamp(3)'),
    )
    expect(as('mysql', 'timestamp', 'CURRENT_TIMESTAMP')).toEqual(as('mariadb', 'timestamp', 'current_timestamp()'))
  })
})

const none = {
  tables: [],
  columns: [],
  indexes: [],
  keys: [],
  rules: [],
  checks: [],
  partitions: [],
  triggers: [],
  views: [],
  routines: [],
  parameters: [],
  events: [],
  sequences: [],
} satisfies Partial<SchemaRows>

function column(position: number, name: string, type: string, more: Row = {}): Row {
  const nothing = { nullable: 'YES', default_text: null, collation: null, extra: '', generation: '' }
  return { tbl: 'orders', position, name, type, ...nothing, ...more }
}

function index(name: string, position: number, col: string, more: Row = {}): Row {
  const usual = {
    not_unique: 1,
    direction: 'A',
    prefix: null,
    kind: 'BTREE',
    expression: null,
    visible: 'YES',
    ignored: 'NO',
  }
  return { tbl: 'orders', name, position, col, ...usual, ...more }
}

const shared = {
  ...none,
  database: 'shop',
  indexes: [
    index('PRIMARY', 1, 'id', { not_unique: 0 }),
    index('ix_note', 2, 'at', { direction: 'D' }),
    index('ix_note', 1, 'note', { prefix: 20 }),
  ],
  keys: [
    {
      tbl: 'orders',
      name: 'fk_customer',
      col: 'customer_id',
      position: 1,
      ref_schema: 'shop',
      ref_table: 'customers',
      ref_col: 'id',
    },
  ],
}

/** From the manual of MySQL 8.0.30 and bug reports that quote its answers; no such server was asked. */
const mysql8: SchemaRows = {
  ...shared,
  server: 'mysql',
  tables: [{ tbl: 'orders', type: 'BASE TABLE', engine: 'InnoDB', collation: 'utf8mb4_bin', options: '' }],
  columns: [
    column(1, 'id', 'bigint unsigned', { nullable: 'NO', extra: 'auto_increment' }),
    column(2, 'customer_id', 'int', { nullable: 'NO' }),
    column(3, 'paid', 'tinyint(1)', { default_text: '0' }),
    column(4, 'note', 'varchar(255)', { collation: 'utf8mb3_general_ci' }),
    column(5, 'state', "enum('New','it''s')", { nullable: 'NO', default_text: 'New', collation: 'utf8mb4_bin' }),
    column(6, 'meta', 'json'),
    column(7, 'at', 'timestamp', {
      nullable: 'NO',
      default_text: 'CURRENT_TIMESTAMP',
      extra: 'DEFAULT_GENERATED on update CURRENT_TIMESTAMP',
    }),
    column(8, 'label', 'varchar(80)', {
      collation: 'utf8mb4_bin',
      extra: 'STORED GENERATED',
      generation: "concat(`id`,_utf8mb4\\' of \\',`state`)",
    }),
  ],
  rules: [{ tbl: 'orders', name: 'fk_customer', on_update: 'NO ACTION', on_delete: 'NO ACTION' }],
  checks: [
    {
      tbl: 'orders',
      name: 'named',
      clause: "((`id` > 0) and ((`note` <> _utf8mb4\\'none\\') or (`paid` is null)))",
      enforced: 'YES',
    },
  ],
}

/** As MariaDB 10.11 gives them. */
const mariadb: SchemaRows = {
  ...shared,
  server: 'mariadb',
  tables: [{ tbl: 'orders', type: 'BASE TABLE', engine: 'InnoDB', collation: 'utf8mb4_bin', options: '' }],
  columns: [
    column(1, 'id', 'bigint(20) unsigned', { nullable: 'NO', extra: 'auto_increment', generation: null }),
    column(2, 'customer_id', 'int(11)', { nullable: 'NO', generation: null }),
    column(3, 'paid', 'tinyint(1)', { default_text: '0' }),
    column(4, 'note', 'varchar(255)', { default_text: 'NULL', collation: 'utf8_general_ci' }),
    column(5, 'state', "enum('New','it''s')", { nullable: 'NO', default_text: "'New'", collation: 'utf8mb4_bin' }),
    column(6, 'meta', 'longtext', { default_text: 'NULL', collation: 'utf8mb4_bin' }),
    column(7, 'at', 'timestamp', {
      nullable: 'NO',
      default_text: 'current_timestamp()',
      extra: 'on update current_timestamp()',
    }),
    column(8, 'label', 'varchar(80)', {
      collation: 'utf8mb4_bin',
      extra: 'STORED GENERATED',
      generation: "concat(`id`,' of ',`state`)",
    }),
  ],
  rules: [{ tbl: 'orders', name: 'fk_customer', on_update: 'RESTRICT', on_delete: 'RESTRICT' }],
  checks: [
    { tbl: 'orders', name: 'meta', clause: 'json_valid(`meta`)', enforced: 'YES' },
    { tbl: 'orders', name: 'named', clause: "`id` > 0 and (`note` <> 'none' or `paid` is null)", enforced: 'YES' },
  ],
}
