import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readStatements } from '../../src/targets/databases/mysql/sql/read.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { openCheckedShop, type CheckedShop } from '../mariadb/prechecks.ts'

const objects: readonly (readonly [sql: string, table: string, what: string])[] = [
  ['ALTER TABLE none DROP a', 'none', 'there is no table none'],
  ['DROP TABLE none', 'none', 'there is no table none'],
  ['RENAME TABLE none TO other', 'none', 'there is no table none'],
  ['DELETE FROM none', 'none', 'there is no table none'],
  ['RENAME TABLE t TO parents', 't', 'there is already a table parents'],
  ['CREATE TABLE t (id int)', 't', 'there is already a table t'],
  ['ALTER TABLE t DROP z', 't', 'there is no column z'],
  ['ALTER TABLE t MODIFY z int', 't', 'there is no column z'],
  ['ALTER TABLE t RENAME COLUMN z TO y', 't', 'there is no column z'],
  ['ALTER TABLE t RENAME COLUMN a TO b', 't', 'there is already a column b'],
  ['ALTER TABLE t ADD A int', 't', 'there is already a column A'],
  ['ALTER TABLE t DROP INDEX z', 't', 'there is no index z'],
  ['DROP INDEX z ON t', 't', 'there is no index z'],
  ['ALTER TABLE t RENAME INDEX z TO y', 't', 'there is no index z'],
  ['ALTER TABLE t RENAME INDEX k TO u', 't', 'there is already an index u'],
  ['CREATE INDEX k ON t (b)', 't', 'there is already an index k'],
  ['ALTER TABLE t ADD UNIQUE K (b)', 't', 'there is already an index K'],
  ['ALTER TABLE t ADD UNIQUE (z)', 't', 'there is no column z'],
  ['ALTER TABLE t ADD PRIMARY KEY (a)', 't', 'there is already a primary key'],
  ['ALTER TABLE parents DROP FOREIGN KEY f', 'parents', 'there is no foreign key f'],
  ['ALTER TABLE t DROP CONSTRAINT z', 't', 'there is no constraint z'],
  ['ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)', 't', 'there is already a constraint c'],
  ['ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES parents (id)', 't', 'there is already a constraint f'],
  ['ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES none (id)', 'none', 'there is no table none'],
  ['ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES parents (z)', 'parents', 'there is no column z'],
]

const tied: readonly (readonly [sql: string, table: string, what: string])[] = [
  ['DROP TABLE parents', 'parents', 't refers to it by f'],
  ['TRUNCATE parents', 'parents', 't refers to it by f'],
  ['ALTER TABLE t MODIFY a bigint', 't', 'a belongs to f, and keeps its type'],
  ['ALTER TABLE t MODIFY a int unsigned', 't', 'a belongs to f, and keeps its type'],
  ['ALTER TABLE parents MODIFY id bigint', 'parents', 'id belongs to f, and keeps its type'],
  ['ALTER TABLE t DROP a', 't', 'a belongs to f'],
  ['ALTER TABLE t DROP INDEX k', 't', 'f needs an index on a, or on what it refers to'],
  ['ALTER TABLE parents DROP PRIMARY KEY', 't', 'f needs an index on a, or on what it refers to'],
  ['ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES parents (x)', 'parents', 'x has no index, which b needs'],
  [
    'ALTER TABLE t DROP FOREIGN KEY f, ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES parents (id)',
    't',
    'f is dropped by the same statement, and its name not free before its end',
  ],
]

const fine: readonly string[] = [
  'ALTER TABLE t DROP COLUMN IF EXISTS z, ADD COLUMN IF NOT EXISTS a int',
  'ALTER TABLE IF EXISTS none DROP a',
  'DROP TABLE IF EXISTS none',
  'CREATE TABLE IF NOT EXISTS t (id int)',
  'CREATE OR REPLACE TABLE made (id int)',
  'ALTER TABLE t ADD z int, DROP b, ADD b int',
  'ALTER TABLE t DROP FOREIGN KEY f, DROP INDEX k, ADD INDEX k (a), DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 0)',
  'ALTER TABLE t DROP CONSTRAINT u, ADD UNIQUE u (b)',
  'ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id)',
  'CREATE TABLE made2 (id int); DROP TABLE made2; CREATE TABLE made2 (id int)',
  'RENAME TABLE parents TO x, t TO parents, x TO t',
  'ALTER TABLE t CHANGE b z int; ALTER TABLE t MODIFY z bigint; ALTER TABLE t RENAME COLUMN z TO b',
  'ALTER TABLE t CHANGE a z int; ALTER TABLE t RENAME COLUMN z TO a',
  'DELETE FROM t WHERE id = 1; ALTER TABLE t MODIFY a int NOT NULL',
  'DROP TABLE t; DROP TABLE parents',
  'ALTER TABLE t DROP FOREIGN KEY f; DROP TABLE parents',
  'ALTER TABLE t DROP FOREIGN KEY f, DROP a; TRUNCATE parents',
  'ALTER TABLE t DROP a, DROP FOREIGN KEY f',
  'ALTER TABLE t DROP INDEX k, ADD INDEX m (a, b)',
  'CREATE UNIQUE INDEX m ON t (a); DROP INDEX k ON t',
  'ALTER TABLE t DROP FOREIGN KEY f, MODIFY a bigint',
  'ALTER TABLE t MODIFY a int NOT NULL',
  'ALTER TABLE parents ADD INDEX (x); ALTER TABLE t ADD CONSTRAINT g FOREIGN KEY (b) REFERENCES parents (x)',
]

const unknown: readonly (readonly [script: string, what: string])[] = [
  [
    'UPDATE t SET b = 0 WHERE b IS NULL; ALTER TABLE t MODIFY b int NOT NULL',
    'b is NULL, and may not be any more: not known before UPDATE t SET b = 0 WHERE b IS NULL',
  ],
  [
    'ALTER TABLE t ADD z int; ALTER TABLE t MODIFY z INT NOT NULL',
    'z is NULL, and may not be any more: not known before ALTER TABLE t ADD z int',
  ],
  [
    'INSERT INTO t (id, a) VALUES (7, 1); ALTER TABLE t ADD UNIQUE (a)',
    'a is there more than once, and has to be unique: not known before INSERT INTO t (id, a) VALUES (7, 1)',
  ],
  [
    'DELETE FROM t WHERE b IS NULL; ALTER TABLE t MODIFY b int NOT NULL',
    'b is NULL, and may not be any more: not known before DELETE FROM t WHERE b IS NULL',
  ],
  ['CALL p(); ALTER TABLE t DROP z', 'there is no column z: not known before CALL p()'],
  [
    'DELETE FROM parents; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES parents (id)',
    'a has no row in parents: not known before DELETE FROM parents',
  ],
]

describeWithMariaDb('what the prechecks find in a schema', () => {
  let shop: CheckedShop

  beforeAll(async () => {
    shop = await openCheckedShop()
  })

  afterAll(() => shop?.close())

  describe('a statement that the schema stands in the way of', () => {
    beforeAll(prepare)

    test.each(objects)('%s', async (sql, table, what) => {
      expect(await shop.found(sql)).toEqual([{ statement: 0, table, what, rows: 0, examples: [] }])
      await expect(shop.run(sql)).rejects.toThrow(/./)
    })
  })

  describe('a statement that a foreign key stands in the way of', () => {
    beforeAll(prepare)

    test.each(tied)('%s', async (sql, table, what) => {
      expect(await shop.found(sql)).toEqual([{ statement: 0, table, what, rows: 0, examples: [] }])
      await expect(shop.run(sql)).rejects.toThrow(/./)
    })
  })

  test.each(fine)('what nothing stands in the way of is run: %s', async script => {
    await prepare()
    expect(await shop.found(script)).toEqual([])
    for (const { sql } of await readStatements(script)) await shop.run(sql)
  })

  test.each(unknown)('what an earlier statement decides is told as not known: %s', async (script, what) => {
    await prepare()
    expect(await shop.found(script)).toEqual([{ statement: 1, table: 't', what, rows: null, examples: [] }])
  })

  test('a column is looked for under the name it has now, and told by the name it will have', async () => {
    await prepare()
    expect(
      await shop.found('ALTER TABLE t RENAME COLUMN b TO z, RENAME TO u; ALTER TABLE u MODIFY z int NOT NULL'),
    ).toEqual([{ statement: 1, table: 'u', what: 'z is NULL, and may not be any more', rows: 1, examples: ['2'] }])
  })

  test('rows of a table are asked in one pass, and their keys are told without control characters', async () => {
    await shop.run('CREATE OR REPLACE TABLE odd (k varchar(20), l int, a int, b varchar(9), PRIMARY KEY (k, l))')
    await shop.run("INSERT INTO odd VALUES ('\u001b[31mred', 1, NULL, 'abcd'), ('b', 2, 300, NULL)")
    shop.asked()
    expect(await shop.found('ALTER TABLE odd MODIFY a tinyint NOT NULL, MODIFY b varchar(3) NOT NULL')).toEqual([
      { statement: 0, table: 'odd', what: 'a is NULL, and may not be any more', rows: 1, examples: ['red, 1'] },
      { statement: 0, table: 'odd', what: 'a is out of the range of tinyint', rows: 1, examples: ['b, 2'] },
      { statement: 0, table: 'odd', what: 'b is NULL, and may not be any more', rows: 1, examples: ['b, 2'] },
      { statement: 0, table: 'odd', what: 'b is longer than varchar(3)', rows: 1, examples: ['red, 1'] },
    ])
    expect(shop.asked().filter(sql => sql.includes('FROM `odd`') && !sql.includes('LIMIT')).length).toBe(1)
  })

  /** Rows 1 and 2 of `t`; in the second, `b` is NULL. */
  async function prepare(): Promise<void> {
    await shop.run('SET foreign_key_checks = 0')
    await shop.run('DROP TABLE IF EXISTS t, u, one, odd, made, made2, parents')
    await shop.run('SET foreign_key_checks = 1')
    await shop.run('CREATE TABLE parents (id int PRIMARY KEY, x int)')
    await shop.run('INSERT INTO parents VALUES (1, 1), (2, 2)')
    const columns = 'id int PRIMARY KEY, a int, b int, KEY k (a), UNIQUE u (b)'
    const constraints = 'CONSTRAINT c CHECK (a < 100), CONSTRAINT f FOREIGN KEY (a) REFERENCES parents (id)'
    await shop.run(`CREATE TABLE t (${columns}, ${constraints})`)
    await shop.run('INSERT INTO t VALUES (1, 1, 1), (2, 2, NULL)')
  }
})
