import fc from 'fast-check'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SchemaObject } from '../../../src/state/facts.ts'
import { fingerprintOf } from '../../../src/targets/databases/fingerprint.ts'
import { readSchema } from '../../../src/targets/databases/mysql/schema/read.ts'
import { unseen } from '../../../src/targets/databases/mysql/schema/unseen.ts'
import { describeWithMariaDb } from '../../mariadb/describe.ts'
import { queryOf } from '../../mariadb/query.ts'
import { startMariaDb, type MariaDb } from '../../mariadb/server.ts'
import { changes, createOf, madeTable } from './table-of.ts'

describeWithMariaDb('the schema of a MariaDB', () => {
  let server: MariaDb
  let root: Connection

  beforeAll(async () => {
    server = await startMariaDb(['--general-log=OFF', '--innodb-flush-log-at-trx-commit=0'])
    root = await server.root()
  })

  afterAll(async () => {
    await root?.end()
    await server?.remove()
  })

  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const sql of statements) await root.query(sql)
  }
  const fresh = (name: string): Promise<void> =>
    run(
      'SET foreign_key_checks = 0',
      `CREATE OR REPLACE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`,
      `USE ${name}`,
      'SET foreign_key_checks = 1',
      'CREATE TABLE parent (id int PRIMARY KEY)',
    )
  const read = (name: string, leaveOut: readonly string[] = []): Promise<readonly SchemaObject[]> =>
    readSchema(queryOf(root), name, leaveOut)

  test('is the same for a table that was made again from what the server shows of it', async () => {
    await fresh('again')
    await fc.assert(
      fc.asyncProperty(madeTable, async made => {
        await run('DROP TABLE IF EXISTS t', createOf('t', made))
        const before = await read('again')
        const [[shown]] = (await root.query('SHOW CREATE TABLE t')) as unknown as [[Record<string, string>]]
        await run('DROP TABLE t', shown['Create Table'] ?? '')
        expect(await read('again')).toEqual(before)
      }),
      { numRuns: 60 },
    )
  })

  test.each(changes)('shows %s', async (_, sql) => {
    await fresh('changed')
    const table =
      'CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int NOT NULL, s varchar(50), parent_id int, other int, KEY base (n, parent_id), CONSTRAINT up FOREIGN KEY (other) REFERENCES parent (id))'
    await run(table)
    const before = fingerprintOf(await read('changed'))
    await run(...sql.split('; ').map(change => `ALTER TABLE t ${change}`))
    expect(fingerprintOf(await read('changed'))).not.toBe(before)
  })

  test('shows no comment, no counter, no row and no statistics', async () => {
    await fresh('quiet')
    await run(
      "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, n int, s varchar(9) COMMENT 'one', KEY by_n (n)) COMMENT 'one'",
    )
    const before = await read('quiet')
    await run(
      "ALTER TABLE t MODIFY s varchar(9) COMMENT 'two', COMMENT 'two', AUTO_INCREMENT = 900, STATS_PERSISTENT = 1",
      'INSERT INTO t (n) VALUES (1), (2)',
      'ANALYZE TABLE t',
    )
    expect(await read('quiet')).toEqual(before)
  })

  test('is the same under another name of the database', async () => {
    for (const name of ['one', 'two']) {
      await fresh(name)
      await run(
        'CREATE TABLE t (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES parent (id))',
        `CREATE VIEW v AS SELECT t.id, p.id AS pid FROM ${name}.t JOIN parent p ON p.id = t.up WHERE 'x' <> '\`one\`.\`t\`'`,
        'CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a + 1',
        'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET new.up = f(new.up)',
      )
    }
    expect(await read('two')).toEqual(await read('one'))
  })

  test('tells views, triggers, routines, events and sequences, and what changes in them', async () => {
    await fresh('programs')
    await run(
      'CREATE TABLE t (id int PRIMARY KEY, n int)',
      'CREATE VIEW v AS SELECT id FROM t',
      'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET new.n = 1',
      'CREATE PROCEDURE p(IN a int(11), OUT b varchar(10)) SELECT a INTO b',
      'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t',
      'CREATE SEQUENCE sq START WITH 5',
    )
    const before = await read('programs')
    expect(before.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'event e',
      'routine procedure p',
      'table parent',
      'table sq',
      'table t',
      'trigger tr',
      'view v',
    ])
    await run('SELECT NEXTVAL(sq)')
    expect(await read('programs')).toEqual(before)
    await run(
      'CREATE OR REPLACE VIEW v AS SELECT id, n FROM t',
      'CREATE OR REPLACE TRIGGER tr AFTER INSERT ON t FOR EACH ROW SET @x = 1',
      'CREATE OR REPLACE PROCEDURE p(IN a int, OUT b varchar(11)) SELECT a INTO b',
      'ALTER EVENT e DISABLE',
      'ALTER SEQUENCE sq INCREMENT BY 2',
    )
    const after = await read('programs')
    const unchanged = after.filter(({ name, definition }) =>
      before.some(old => old.name === name && old.definition === definition),
    )
    expect(unchanged.map(({ name }) => name)).toEqual(['parent', 't'])
  })

  test("leaves out Astern's own tables and those it is told to, with their triggers", async () => {
    await fresh('left_out')
    await run(
      'CREATE TABLE _astern_marks (id int PRIMARY KEY)',
      'CREATE TABLE schema_migrations (version varchar(20) PRIMARY KEY)',
      'CREATE TRIGGER ours BEFORE INSERT ON _astern_marks FOR EACH ROW SET @a = 1',
      'CREATE TRIGGER theirs BEFORE INSERT ON schema_migrations FOR EACH ROW SET @a = 1',
    )
    const names = (await read('left_out', ['schema_migrations'])).map(({ name }) => name)
    expect(names).toEqual(['parent'])
  })

  test('is of the same tables for an account that may only SELECT, which is told what it does not see', async () => {
    await fresh('seen_by')
    await run(
      'CREATE TABLE t (id int PRIMARY KEY, up int, CONSTRAINT up FOREIGN KEY (up) REFERENCES parent (id) ON DELETE SET NULL)',
      'CREATE VIEW v AS SELECT id FROM t',
      'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET new.up = 1',
      "CREATE USER ro@'%'",
      "GRANT SELECT ON `seen\\_by`.* TO ro@'%'",
    )
    const { createConnection } = await import('mysql2/promise')
    const reader = await createConnection({ socketPath: server.socket, user: 'ro', database: 'seen_by' })
    try {
      const tables = (schema: readonly SchemaObject[]): unknown => schema.filter(({ kind }) => kind === 'table')
      expect(tables(await readSchema(queryOf(reader), 'seen_by', []))).toEqual(tables(await read('seen_by')))
      expect(await unseen(queryOf(reader), 'seen_by')).toEqual([
        'the text of 1 view (SHOW VIEW is not granted)',
        'routines (EXECUTE is not granted)',
        'triggers (TRIGGER is not granted)',
        'events (EVENT is not granted)',
      ])
      expect(await unseen(queryOf(root), 'seen_by')).toEqual([])
    } finally {
      await reader.end()
    }
  })
})
