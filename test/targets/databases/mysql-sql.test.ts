import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Effect } from '../../../src/state/facts.ts'
import { quoteName } from '../../../src/targets/databases/mysql/names.ts'
import { readStatements } from '../../../src/targets/databases/mysql/sql/read.ts'

const t = { table: 't' } as const
const a = { table: 't', column: 'a' } as const
const added = { kind: 'add column', ...a, type: 'int', notNull: false, hasDefault: false } as const

const one: readonly (readonly [sql: string, effects: readonly Effect[]])[] = [
  ['ALTER TABLE t ADD a int', [added]],
  [
    'ALTER TABLE t ADD COLUMN a datetime DEFAULT NOW() NOT NULL',
    [{ ...added, type: 'datetime', notNull: true, hasDefault: true }],
  ],
  [
    "ALTER TABLE t ADD a varchar(20) CHARSET latin1 NOT NULL FIRST, ADD (b enum('x', 'y') NOT NULL, c bigint unsigned)",
    [
      { ...added, type: 'varchar(20) CHARSET latin1', notNull: true },
      { ...added, column: 'b', type: "enum('x', 'y')", notNull: true, hasDefault: true },
      { ...added, column: 'c', type: 'bigint unsigned' },
    ],
  ],
  [
    'ALTER TABLE t ADD a int DEFAULT uuid() CHECK (a > 1) UNIQUE REFERENCES b (c) ON DELETE CASCADE',
    [
      { ...added, hasDefault: true },
      { kind: 'check', ...t, expression: 'a > 1' },
      { kind: 'unique', ...t, columns: ['a'] },
      { kind: 'reference', ...t, columns: ['a'], to: { table: 'b', columns: ['c'] } },
    ],
  ],
  ['ALTER TABLE t ADD a int AS (b + 1) PERSISTENT', [{ ...added, hasDefault: true }]],
  [
    'ALTER TABLE t ADD type int, DROP status',
    [
      { ...added, column: 'type' },
      { kind: 'drop column', ...t, column: 'status' },
    ],
  ],
  [
    'ALTER TABLE t DROP a RESTRICT, DROP COLUMN b',
    [
      { kind: 'drop column', ...a },
      { kind: 'drop column', ...t, column: 'b' },
    ],
  ],
  [
    'ALTER TABLE t MODIFY a UUID NOT NULL, CHANGE b c decimal(10,2) unsigned NULL, CHANGE d d int PRIMARY KEY',
    [
      { kind: 'change column', ...a, type: 'UUID', notNull: true },
      { kind: 'change column', ...t, column: 'b', type: 'decimal(10,2) unsigned', notNull: false },
      { kind: 'rename', ...t, what: 'column b to c', column: 'b', to: 'c' },
      { kind: 'change column', ...t, column: 'd', type: 'int', notNull: true },
      { kind: 'unique', ...t, columns: ['d'], primary: true },
    ],
  ],
  ['ALTER TABLE t RENAME COLUMN a TO b', [{ kind: 'rename', ...a, what: 'column a to b', to: 'b' }]],
  ['ALTER TABLE t RENAME u', [{ kind: 'rename', ...t, what: 'to u', to: 'u' }]],
  ['ALTER TABLE t ALTER a DROP DEFAULT', [{ kind: 'other', what: 'alter t: ALTER a DROP DEFAULT' }]],
  [
    'ALTER TABLE t ADD UNIQUE (a), ADD CONSTRAINT k UNIQUE KEY (b(10), c), ADD UNIQUE e ((lower(a)))',
    [
      { kind: 'unique', ...t, columns: ['a'] },
      { kind: 'unique', ...t, columns: ['b', 'c'], index: 'k', lengths: [10, null] },
      { kind: 'index', what: 'e of t', verb: 'add', ...t, index: 'e' },
    ],
  ],
  [
    'ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a, b), ADD INDEX k (a), ADD FULLTEXT (b), RENAME INDEX m TO n, DROP KEY o',
    [
      { kind: 'drop constraint', ...t, of: 'primary key' },
      { kind: 'unique', ...t, columns: ['a', 'b'], primary: true },
      { kind: 'index', what: 'k of t', verb: 'add', ...t, index: 'k', columns: ['a'] },
      { kind: 'index', what: 't', verb: 'add', ...t, columns: ['b'] },
      { kind: 'index', what: 'm of t to n', verb: 'rename', ...t, index: 'm', to: 'n' },
      { kind: 'index', what: 'o of t', verb: 'drop', ...t, index: 'o' },
    ],
  ],
  [
    'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES u (c, d), ADD CONSTRAINT g CHECK (a > 0), DROP FOREIGN KEY h, DROP CHECK i, DROP CONSTRAINT j',
    [
      { kind: 'reference', ...t, columns: ['a', 'b'], to: { table: 'u', columns: ['c', 'd'] }, name: 'f' },
      { kind: 'check', ...t, expression: 'a > 0', name: 'g' },
      { kind: 'drop constraint', ...t, of: 'foreign key', name: 'h' },
      { kind: 'drop constraint', ...t, of: 'check', name: 'i' },
      { kind: 'drop constraint', ...t, of: 'constraint', name: 'j' },
    ],
  ],
  [
    "ALTER TABLE t CONVERT TO CHARACTER SET 'latin1' COLLATE latin1_bin",
    [{ kind: 'charset', ...t, charset: 'latin1', collation: 'latin1_bin' }],
  ],
  [
    'ALTER TABLE t ENGINE=InnoDB AUTO_INCREMENT=5, ROW_FORMAT=DYNAMIC, ALGORITHM=NOCOPY, LOCK=NONE',
    [
      { kind: 'other', what: 'set the engine of t to InnoDB' },
      { kind: 'other', what: 'set the next number of t to 5' },
      { kind: 'other', what: 'set t to ROW_FORMAT=DYNAMIC' },
    ],
  ],
  ['ALTER TABLE t ENGINE = blackhole', [{ kind: 'rows', verb: 'delete', ...t, all: true }]],
  ['ALTER TABLE t DROP PARTITION p, q', [{ kind: 'rows', verb: 'delete', ...t }]],
  ['ALTER TABLE t TRUNCATE PARTITION ALL', [{ kind: 'rows', verb: 'delete', ...t }]],
  ['ALTER TABLE t ADD a int PARTITION BY HASH (a)', [added, { kind: 'other', what: 'part t anew' }]],
  [
    'ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u',
    [{ kind: 'other', what: 'exchange rows of t with all of u', destroys: true }],
  ],
  [
    'ALTER TABLE t ADD SYSTEM VERSIONING, ADD a int WITHOUT SYSTEM VERSIONING',
    [added, { kind: 'other', what: 'keep the history of t' }],
  ],
  ['ALTER TABLE t DROP SYSTEM VERSIONING', [{ kind: 'other', what: 'drop the history of t', destroys: true }]],
  ['ALTER ONLINE TABLE t WAIT 5 DROP a', [{ kind: 'drop column', ...a }]],
  [
    'ALTER IGNORE TABLE t ADD UNIQUE (a)',
    [{ kind: 'other', what: 'alter t and leave out what does not fit', destroys: true }],
  ],
  [
    'ALTER TABLE t DROP IF EXISTS a, ADD COLUMN IF NOT EXISTS a int, ADD INDEX IF NOT EXISTS k (a), DROP b, MODIFY IF EXISTS a int',
    [
      { kind: 'drop column', ...a, ifExists: true },
      { ...added, ifNotExists: true },
      { kind: 'index', what: 'k of t', verb: 'add', ...t, index: 'k', columns: ['a'], ifNotExists: true },
      { kind: 'drop column', ...t, column: 'b' },
      { kind: 'change column', ...a, type: 'int', notNull: false, ifExists: true },
    ],
  ],
  ['/*!50003 ALTER TABLE t DROP a */', [{ kind: 'drop column', ...a }]],
  ['CREATE TABLE IF NOT EXISTS `t` (a int)', [{ kind: 'create table', ...t, ifNotExists: true }]],
  ['CREATE TABLE t AS SELECT * FROM u', [{ kind: 'create table', ...t }]],
  ['CREATE TEMPORARY TABLE t (a int)', [{ kind: 'other', what: 'CREATE TEMPORARY TABLE' }]],
  [
    'CREATE OR REPLACE TABLE t (a int) WITH SYSTEM VERSIONING',
    [
      { kind: 'drop table', ...t, ifExists: true },
      { kind: 'create table', ...t },
    ],
  ],
  ['DROP TABLE IF EXISTS t', [{ kind: 'drop table', ...t, ifExists: true }]],
  ['TRUNCATE t', [{ kind: 'rows', verb: 'delete', ...t, all: true }]],
  ['CREATE UNIQUE INDEX k ON t (a)', [{ kind: 'unique', ...t, columns: ['a'], index: 'k' }]],
  ['DROP INDEX IF EXISTS k ON t', [{ kind: 'index', what: 'k of t', verb: 'drop', ...t, index: 'k', ifExists: true }]],
  ['DROP INDEX `PRIMARY` ON t', [{ kind: 'drop constraint', ...t, of: 'primary key' }]],
  ['INSERT INTO t SELECT * FROM u', [{ kind: 'rows', verb: 'insert', ...t }]],
  [
    "INSERT t (a) VALUES (1, 'x'), (2, 'y;') ON DUPLICATE KEY UPDATE a = 1, b = VALUES(b)",
    [
      { kind: 'rows', verb: 'insert', ...t },
      { kind: 'rows', verb: 'update', ...t, columns: ['a', 'b'] },
    ],
  ],
  [
    'REPLACE t VALUES (1), (2)',
    [
      { kind: 'rows', verb: 'delete', ...t },
      { kind: 'rows', verb: 'insert', ...t },
    ],
  ],
  ['UPDATE t SET a = 1, t.b = 2', [{ kind: 'rows', verb: 'update', ...t, all: true, columns: ['a', 'b'] }]],
  ['UPDATE t SET a = 1 WHERE b IN (SELECT c FROM u)', [{ kind: 'rows', verb: 'update', ...t, columns: ['a'] }]],
  [
    'UPDATE t AS x JOIN (u, (SELECT 1 FROM v) y) SET x.a = 1, b = 2',
    [
      { kind: 'rows', verb: 'update', ...t, columns: ['a', 'b'] },
      { kind: 'rows', verb: 'update', table: 'u', columns: ['b'] },
    ],
  ],
  [
    'WITH x AS (SELECT 1 AS id) UPDATE t JOIN x USING (id) SET a = 1',
    [{ kind: 'rows', verb: 'update', ...t, columns: ['a'] }],
  ],
  ['DELETE FROM t', [{ kind: 'rows', verb: 'delete', ...t, all: true }]],
  ['DELETE FROM t ORDER BY a LIMIT 5', [{ kind: 'rows', verb: 'delete', ...t }]],
  ['DELETE x FROM t AS x JOIN u', [{ kind: 'rows', verb: 'delete', ...t }]],
  [
    'DELETE FROM x, u USING t AS x JOIN u RETURNING 1',
    [
      { kind: 'rows', verb: 'delete', ...t },
      { kind: 'rows', verb: 'delete', table: 'u' },
    ],
  ],
  ['CREATE OR REPLACE VIEW v AS SELECT 1', [{ kind: 'other', what: 'CREATE OR REPLACE VIEW v' }]],
  [
    'CREATE DEFINER=`a`@`%` TRIGGER k BEFORE INSERT ON t FOR EACH ROW BEGIN DELETE FROM u; END',
    [{ kind: 'other', what: 'CREATE TRIGGER k' }],
  ],
  ['DROP PROCEDURE IF EXISTS p', [{ kind: 'other', what: 'DROP PROCEDURE p' }]],
  ['CALL p(1)', [{ kind: 'other', what: 'call p', destroys: true }]],
  ['DROP DATABASE shop', [{ kind: 'other', what: 'DROP DATABASE shop', destroys: true }]],
  ['SET foreign_key_checks = 0', [{ kind: 'other', what: 'SET foreign_key_checks' }]],
  ['CREATE SEQUENCE s', [{ kind: 'other', what: 'CREATE SEQUENCE s', destroys: true }]],
  ['ALTER TABLE t DO something', [{ kind: 'other', what: 'ALTER TABLE t', destroys: true }]],
]

test.each(one)('%s', async (sql, effects) => {
  expect(await readStatements(sql, 'shop')).toEqual([{ sql, effects }])
})

const several: readonly (readonly [script: string, statements: readonly (readonly [sql: string, effect: Effect])[]])[] =
  [
    [
      'DROP TABLE IF EXISTS t, `u,v` CASCADE',
      [
        ['DROP TABLE IF EXISTS t CASCADE', { kind: 'drop table', ...t, ifExists: true }],
        ['DROP TABLE IF EXISTS `u,v` CASCADE', { kind: 'drop table', table: 'u,v', ifExists: true }],
      ],
    ],
    [
      'RENAME TABLE t TO u, shop.v TO w',
      [
        ['RENAME TABLE t TO u', { kind: 'rename', ...t, what: 'to u', to: 'u' }],
        ['RENAME TABLE shop.v TO w', { kind: 'rename', table: 'v', what: 'to w', to: 'w' }],
      ],
    ],
    [
      'USE other; DROP TABLE t; USE `shop`; DROP TABLE t; TRUNCATE other.t',
      [
        ['USE other', { kind: 'other', what: 'USE other' }],
        ['DROP TABLE t', { kind: 'other', what: 'DROP TABLE t, in another schema: other', destroys: true }],
        ['USE `shop`', { kind: 'other', what: 'USE' }],
        ['DROP TABLE t', { kind: 'drop table', ...t }],
        ['TRUNCATE other.t', { kind: 'other', what: 'TRUNCATE, in another schema: other.t', destroys: true }],
      ],
    ],
  ]

test.each(several)('statement by statement: %s', async (script, statements) => {
  expect(await readStatements(script, 'shop')).toEqual(statements.map(([sql, effect]) => ({ sql, effects: [effect] })))
})

test('tables that change places are renamed in one statement, since no half of it makes sense', async () => {
  const sql = 'RENAME TABLE t TO x, u TO t, x TO u'
  expect((await readStatements(sql)).map(statement => statement.sql)).toEqual([sql])
})

test('whatever a table, a column or a comment is called changes nothing else', async () => {
  const name = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter(text => text.trim() === text && !text.includes('\0'))
  await fc.assert(
    fc.asyncProperty(name, name, fc.string({ unit: 'grapheme' }), async (table, column, comment) => {
      const literal = `'${comment.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
      const sql = `ALTER TABLE ${quoteName(table)} ADD a int COMMENT ${literal} /* c */, DROP ${quoteName(column)}`
      expect(await readStatements(sql)).toEqual([
        {
          sql,
          effects: [
            { ...added, table },
            { kind: 'drop column', table, column },
          ],
        },
      ])
    }),
  )
})
