import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { openCheckedShop, type CheckedShop } from '../mariadb/prechecks.ts'

/** Types, each with values it holds. */
const types: Readonly<Record<string, readonly string[]>> = {
  tinyint: ['-128', '0', '127'],
  'tinyint unsigned': ['0', '255'],
  smallint: ['-32768', '1901', '32767'],
  int: ['-2147483648', '-1', '1900', '2147483647'],
  'int unsigned': ['2155', '4294967295'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
  'bigint unsigned': ['18446744073709551615'],
  'decimal(4,2)': ['-99.99', '0.49', '0.5', '99.99'],
  'decimal(10,4)': ['-999999.9999', '99.9949', '99.995', '127.5'],
  'decimal(20,0)': ['18446744073709551615', '-9223372036854775808', '-9223372036854775809', '99999999999999999999'],
  float: ['1.5', '1e10', '127.5'],
  double: ['0.1', '1e300', '-1e19', '99.996', '127.4999'],
  'double unsigned': ['0', '1e18'],
  'bit(3)': ["b'101'"],
  year: ['1901', '2155', '0'],
  'char(3)': ["''", "'abc'", "'äöü'", "'日本'", "'12'", "'x'"],
  'varchar(5)': [
    "''",
    "'ab   '",
    "'   ab'",
    "'12'",
    "' 12 '",
    "'12x'",
    "'1.5'",
    "'1e2'",
    "'X'",
    "'x,y'",
    "'日'",
    "'🚢'",
    "'é'",
    "'2'",
  ],
  'varchar(30)': [
    "'2020-01-01'",
    "'2020-02-30'",
    "'2020-01-01 10:00:00'",
    "'2020-1-1'",
    "'0000-00-00'",
    "'1960-01-01'",
    "'2039-01-01'",
    "'2020-01-01T10:00:00'",
    "'abcdef'",
    "'0'",
    "'7'",
    "'8'",
    "'300'",
    "'-1'",
    "'99999999999'",
    `'{"a":1}'`,
    "'[]'",
    "'NULL'",
  ],
  'varchar(5) CHARACTER SET latin1': ["'äö'", "'abc  '", "'x'"],
  'varchar(5) COLLATE utf8mb4_bin': ["'X'", "'x '"],
  tinytext: ["'abc'", "REPEAT('ä', 127)", "'ab   '"],
  text: ["'x'", "REPEAT('x', 300)", "REPEAT('🚢', 300)", "'5'"],
  'varbinary(5)': ["x'00'", "x'ff'", "'abc'", "'ä'", "'ab  '"],
  'binary(3)': ["'abc'", "x'ff'"],
  blob: ["x'00ff'", "REPEAT('x', 256)", "'x'"],
  "enum('x','y','it''s')": ["'x'", "'it''s'"],
  "enum('y','x')": ["'y'"],
  "set('x','y','z')": ["''", "'x'", "'x,z'"],
  "set('y')": ["'y'"],
  date: ["'2020-01-01'", "'1960-01-01'", "'2040-01-01'"],
  datetime: ["'2020-01-01 10:00:00'", "'2038-01-19 03:14:08'", "'1000-01-01'"],
  'timestamp NULL': ["'2020-01-01 10:00:00'"],
  time: ["'10:00:00'", "'-800:00:00'"],
  json: ['\'{"a":1}\'', "'[]'", '\'"x"\''],
}

/** A type, and a value it holds. */
const held = fc.constantFrom(
  ...Object.entries(types).flatMap(([type, values]) => values.map(value => [type, value] as const)),
)

describeWithMariaDb('a column of any type, made one of another', () => {
  let shop: CheckedShop

  beforeAll(async () => {
    shop = await openCheckedShop()
  })

  afterAll(() => shop?.close())

  test('is changed where nothing was found, and not where something was', async () => {
    await fc.assert(
      fc.asyncProperty(held, fc.constantFrom(...Object.keys(types)), async ([from, value], to) => {
        await shop.run(`CREATE OR REPLACE TABLE t (id int PRIMARY KEY, a ${from})`)
        await shop.run(`INSERT INTO t VALUES (1, ${value})`)
        const sql = `ALTER TABLE t MODIFY a ${to}`
        const found = await shop.found(sql)
        const ran = await shop.run(sql).then(
          () => true,
          () => false,
        )
        const isJudged = found.every(({ rows }) => rows !== null)
        expect({ from, value, to, clear: isJudged ? found.length === 0 : ran }).toEqual({ from, value, to, clear: ran })
      }),
      { numRuns: 120 },
    )
  })
})
