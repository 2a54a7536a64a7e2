import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { openCheckedShop, type CheckedShop } from '../mariadb/prechecks.ts'

type Case = {
  /** Type of column `a`, and what else the table has. */
  readonly a: string
  readonly more?: string
  readonly good?: readonly string[]
  readonly bad: readonly string[]
  readonly sql: string
  readonly what: string
}

const cases: readonly Case[] = [
  { a: 'int', good: ['0'], bad: ['NULL'], sql: 'MODIFY a int NOT NULL', what: 'a is NULL, and may not be any more' },
  { a: 'int', good: ['0'], bad: ['NULL'], sql: 'CHANGE a b int NOT NULL', what: 'a is NULL, and may not be any more' },
  {
    a: 'varchar(20)',
    good: ["'äöü'", 'NULL'],
    bad: ["'äöüß'", "'    x'", "'ab    '"],
    sql: 'MODIFY a varchar(3)',
    what: 'a is longer than varchar(3)',
  },
  {
    a: 'varchar(20)',
    good: ["'äöü'", "'ab    '"],
    bad: ["'äöüß'"],
    sql: 'MODIFY a char(3)',
    what: 'a is longer than char(3)',
  },
  { a: 'text', good: ["'abc'"], bad: ["'abcd'"], sql: 'MODIFY a varchar(3)', what: 'a is longer than varchar(3)' },
  {
    a: 'text',
    good: ["REPEAT('x', 255)"],
    bad: ["REPEAT('ä', 128)"],
    sql: 'MODIFY a tinytext',
    what: 'a is longer than tinytext',
  },
  {
    a: 'mediumtext',
    good: ["REPEAT('x', 65535)"],
    bad: ["REPEAT('x', 65536)"],
    sql: 'MODIFY a text',
    what: 'a is longer than text',
  },
  {
    a: 'text',
    good: ["'ä'"],
    bad: ["'äö'", "'x   '"],
    sql: 'MODIFY a varbinary(3)',
    what: 'a is longer than varbinary(3)',
  },
  {
    a: 'varbinary(20)',
    good: ["x'ff00'"],
    bad: ["x'ff0000'"],
    sql: 'MODIFY a binary(2)',
    what: 'a is longer than binary(2)',
  },
  {
    a: 'varbinary(20)',
    good: ["'ä'"],
    bad: ["x'ff'"],
    sql: 'MODIFY a varchar(20)',
    what: 'a cannot be written in utf8mb4',
  },
  {
    a: 'int',
    good: ['999', '-99'],
    bad: ['1000', '-100'],
    sql: 'MODIFY a varchar(3)',
    what: 'a is longer than varchar(3)',
  },
  { a: 'datetime', good: [], bad: ['NOW()'], sql: 'MODIFY a varchar(10)', what: 'a is longer than varchar(10)' },
  {
    a: 'varchar(20)',
    good: ["'äé'"],
    bad: ["'日'", "'🚢'"],
    sql: 'MODIFY a varchar(20) CHARACTER SET latin1',
    what: 'a cannot be written in latin1',
  },
  {
    a: 'varchar(20)',
    good: ["'日'"],
    bad: ["'🚢'"],
    sql: 'CONVERT TO CHARACTER SET utf8mb3',
    what: 'a cannot be written in utf8mb3',
  },
  {
    a: 'varchar(20)',
    good: ["'é?'"],
    bad: ["'日'"],
    sql: 'CONVERT TO CHARACTER SET latin1 COLLATE latin1_bin',
    what: 'a cannot be written in latin1',
  },
  {
    a: 'varchar(20) COLLATE utf8mb4_bin',
    more: ', UNIQUE (a)',
    good: ["'y'"],
    bad: ["'x'", "'X'"],
    sql: 'CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
    what: 'a is the same under utf8mb4_general_ci, and has to be unique',
  },
  {
    a: 'int',
    good: ['127', '-128'],
    bad: ['128', '-129'],
    sql: 'MODIFY a tinyint',
    what: 'a is out of the range of tinyint',
  },
  { a: 'int', good: ['0'], bad: ['-1'], sql: 'MODIFY a int unsigned', what: 'a is out of the range of int unsigned' },
  {
    a: 'bigint unsigned',
    good: ['9223372036854775807'],
    bad: ['9223372036854775808'],
    sql: 'MODIFY a bigint',
    what: 'a is out of the range of bigint',
  },
  {
    a: 'bigint',
    good: ['2147483647'],
    bad: ['2147483648'],
    sql: 'MODIFY a integer(11)',
    what: 'a is out of the range of int(11)',
  },
  {
    a: 'decimal(10,2)',
    good: ['127.49', '-128.4'],
    bad: ['127.5', '-128.5'],
    sql: 'MODIFY a tinyint',
    what: 'a is out of the range of tinyint',
  },
  { a: 'double', good: ['1.5'], bad: ['1e10'], sql: 'MODIFY a int', what: 'a is out of the range of int' },
  {
    a: 'decimal(10,2)',
    good: ['99.99', '-99.99', '1.11'],
    bad: ['100', '-100.00'],
    sql: 'MODIFY a decimal(4,2)',
    what: 'a is out of the range of decimal(4,2)',
  },
  {
    a: 'decimal(10,4)',
    good: ['99.9949'],
    bad: ['99.9951'],
    sql: 'MODIFY a decimal(4,2)',
    what: 'a is out of the range of decimal(4,2)',
  },
  {
    a: 'int',
    good: ['9'],
    bad: ['10', '-10'],
    sql: 'MODIFY a decimal(3,2)',
    what: 'a is out of the range of decimal(3,2)',
  },
  {
    a: 'decimal(4,2)',
    good: ['0'],
    bad: ['-0.01'],
    sql: 'MODIFY a decimal(4,2) unsigned',
    what: 'a is out of the range of decimal(4,2) unsigned',
  },
  { a: 'double', good: ['1e38'], bad: ['1e39'], sql: 'MODIFY a float', what: 'a is out of the range of float' },
  { a: 'int', good: ['7'], bad: ['8', '-1'], sql: 'MODIFY a bit(3)', what: 'a is out of the range of bit(3)' },
  {
    a: 'varchar(20)',
    good: ["'12'", "' -7 '"],
    bad: ["'x'", "'12x'", "''"],
    sql: 'MODIFY a int',
    what: 'a is no number',
  },
  {
    a: 'varchar(20)',
    good: ["'127'"],
    bad: ["'128'"],
    sql: 'MODIFY a tinyint',
    what: 'a is out of the range of tinyint',
  },
  {
    a: 'varchar(20)',
    good: ["'1.5'", "'.5'", "'1e1'"],
    bad: ["'x'", "'1.5x'"],
    sql: 'MODIFY a decimal(4,2)',
    what: 'a is no number',
  },
  {
    a: 'varchar(20)',
    good: ["'99.99'"],
    bad: ["'100'"],
    sql: 'MODIFY a decimal(4,2)',
    what: 'a is out of the range of decimal(4,2)',
  },
  { a: 'varchar(20)', good: ["'1.5'"], bad: ["'x'"], sql: 'MODIFY a double', what: 'a is no number' },
  {
    a: "enum('x','y','z')",
    good: ["'x'"],
    bad: ["'z'"],
    sql: "MODIFY a enum('y', 'x')",
    what: 'a has none of the values of the new enum',
  },
  {
    a: 'varchar(20)',
    good: ["'X'", "'2'"],
    bad: ["'z'", "'3'", "''"],
    sql: "MODIFY a enum('x', 'it''s')",
    what: 'a has none of the values of the new enum',
  },
  {
    a: "set('x','y','z')",
    good: ["'x,y'", "''"],
    bad: ["'x,z'"],
    sql: "MODIFY a set('y', 'x')",
    what: 'a has none of the values of the new set',
  },
  {
    a: 'varchar(20)',
    good: ["'x,Y'", "'x,x'"],
    bad: ["'x,z'", "'xy'"],
    sql: "MODIFY a set('x', 'y')",
    what: 'a has none of the values of the new set',
  },
  {
    a: 'datetime',
    good: ["'2038-01-19 03:14:07'"],
    bad: ["'2038-01-19 03:14:08'", "'1969-12-31'"],
    sql: 'MODIFY a timestamp NULL',
    what: 'a is out of the range of timestamp',
  },
  {
    a: 'date',
    good: ["'2020-01-01'"],
    bad: ["'2040-01-01'"],
    sql: 'MODIFY a timestamp NULL',
    what: 'a is out of the range of timestamp',
  },
  {
    a: 'varchar(30)',
    good: ["'2020-01-01'", "'2020-01-01 10:00:00'"],
    bad: ["'2020-02-30'", "'x'", "''"],
    sql: 'MODIFY a datetime',
    what: 'a is no datetime',
  },
  { a: 'varchar(30)', good: ["'2020-01-01'"], bad: ["'2020-01-32'"], sql: 'MODIFY a date', what: 'a is no date' },
  {
    a: 'int',
    good: ['1901', '2155', '70'],
    bad: ['1900', '2156'],
    sql: 'MODIFY a year',
    what: 'a is out of the range of year',
  },
  { a: 'text', good: [`'{"a":1}'`], bad: ["'x'"], sql: 'MODIFY a json', what: 'a is no JSON' },
  {
    a: 'varchar(20)',
    good: ["'y'", 'NULL', 'NULL'],
    bad: ["'x'", "'X'", "'x '"],
    sql: 'ADD UNIQUE k (a)',
    what: 'a is there more than once, and has to be unique',
  },
  {
    a: 'varchar(20)',
    good: ["'ay'"],
    bad: ["'xx1'", "'xx2'"],
    sql: 'ADD UNIQUE (a(2))',
    what: 'a is there more than once, and has to be unique',
  },
  {
    a: 'int',
    more: ', b int DEFAULT 1',
    good: ['1', 'NULL', 'NULL'],
    bad: ['2', '2'],
    sql: 'ADD UNIQUE (a, b)',
    what: 'a, b is there more than once, and has to be unique',
  },
  {
    a: 'int',
    more: ', b int DEFAULT 1',
    good: ['1'],
    bad: ['2', '2'],
    sql: 'DROP PRIMARY KEY, ADD PRIMARY KEY (a)',
    what: 'a is there more than once, and has to be unique',
  },
  {
    a: 'int',
    good: ['1'],
    bad: ['NULL'],
    sql: 'DROP PRIMARY KEY, ADD PRIMARY KEY (a)',
    what: 'a is NULL, and may not be in a primary key',
  },
  {
    a: 'int',
    good: ['1', 'NULL'],
    bad: ['2', '3'],
    sql: 'ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES parents (id)',
    what: 'a has no row in parents',
  },
  {
    a: 'int',
    good: ['1', 'NULL'],
    bad: ['0', '-1'],
    sql: "ADD CONSTRAINT c CHECK (a > 0 AND '?' <> '')",
    what: "not a > 0 AND '?' <> ''",
  },
]

describeWithMariaDb('a statement that rows stand in the way of', () => {
  let shop: CheckedShop

  beforeAll(async () => {
    shop = await openCheckedShop()
  })

  afterAll(() => shop?.close())

  test.each(cases)('$a: $sql', async ({ a, more = '', good = [], bad, sql, what }) => {
    await shop.run('DROP TABLE IF EXISTS t, parents')
    await shop.run('CREATE TABLE parents (id int PRIMARY KEY)')
    await shop.run('INSERT INTO parents VALUES (1)')
    await shop.run(`CREATE TABLE t (id int PRIMARY KEY, a ${a}${more})`)
    for (const [index, value] of good.entries()) await shop.run(`INSERT INTO t (id, a) VALUES (${index + 1}, ${value})`)
    for (const [index, value] of bad.entries())
      await shop.run(`INSERT INTO t (id, a) VALUES (${index + 101}, ${value})`)
    const keys = bad.map((_, index) => String(index + 101))
    const finding = { statement: 0, table: 't', what, rows: bad.length, examples: keys.slice(0, 3) }

    expect(await shop.found(`ALTER TABLE t ${sql}`)).toEqual([finding])
    // Each of them is enough, and is found alone where it is one that no other has to be like.
    for (const key of /more than once|the same/.test(what) ? [] : keys) {
      await shop.run('CREATE OR REPLACE TABLE one LIKE t')
      await shop.run(`INSERT INTO one SELECT * FROM t WHERE id < 100 OR id = ${key}`)
      await expect(shop.run(`ALTER TABLE one ${sql}`)).rejects.toThrow(/./)
    }
    await expect(shop.run(`ALTER TABLE t ${sql}`)).rejects.toThrow(/./)
    await shop.run('DELETE FROM t WHERE id > 100')
    expect(await shop.found(`ALTER TABLE t ${sql}`)).toEqual([])
    await shop.run(`ALTER TABLE t ${sql}`)
  })
})
