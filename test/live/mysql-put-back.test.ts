import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { applied, context, openShop } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

const undoing = { ...context, run: 'r2' }

let server: MariaDb
let root: Connection
let act: DatabaseAct
let database = ''

beforeAll(async () => void (server = await startMariaDb()))
afterAll(() => server.remove())
beforeEach(async () => {
  ;({ root, database, act } = await openShop(server, []))
})
afterEach(async () => {
  await act.close()
  await root.end()
})

describe('what a reversal kept of a MySQL table and brings back', () => {
  test('is named, value by value, where the table has no key to find its rows by', async () => {
    await sql('CREATE TABLE visits (page VARCHAR(40), at INT)', "INSERT INTO visits VALUES ('home', 1), ('cart', 2)")
    await reversed('visits', 'ALTER TABLE visits DROP COLUMN at')
    await sql('ALTER TABLE visits ADD COLUMN at INT')
    await returned('visits')
    const lost = (await conflicts()).map(({ archived }) => archived['at'])
    expect(new Set(lost)).toEqual(new Set([1, 2]))
  })

  test('takes no row away that others have come to refer to', async () => {
    await sql(
      'CREATE TABLE states (id INT PRIMARY KEY)',
      'CREATE TABLE orders (id INT PRIMARY KEY, state INT, FOREIGN KEY (state) REFERENCES states (id) ON DELETE CASCADE)',
      'INSERT INTO states VALUES (1)',
    )
    await reversed('states', 'INSERT INTO states VALUES (2)')
    await sql('INSERT INTO orders VALUES (7, 2)')
    await returned('states')
    expect(await rows('SELECT id FROM orders')).toEqual([{ id: 7 }])
    expect(await conflicts()).toMatchObject([{ key: '2', why: 'referred to', archived: {}, present: { id: 2 } }])
  })

  test('is told to the byte where keys and values are no text', async () => {
    await sql(
      'CREATE TABLE files (id BINARY(16) PRIMARY KEY, head VARBINARY(8), bits BIT(9), place POINT, note VARCHAR(20))',
      "INSERT INTO files VALUES (x'ff00000000000000000000000000000a', x'c328', b'101', POINT(1, 2), 'a'), (x'ff00000000000000000000000000000b', x'00ff', b'1', NULL, 'b')",
    )
    await reversed('files', 'UPDATE files SET note = NULL')
    await sql("UPDATE files SET note = 'since'")
    await returned('files')
    expect(await conflicts()).toMatchObject([
      { key: "x'ff00000000000000000000000000000a'", archived: { head: "x'c328'", bits: 5, note: 'a' } },
      { key: "x'ff00000000000000000000000000000b'", archived: { head: "x'00ff'", place: null, note: 'b' } },
    ])
  })

  test('leaves a row alone that was changed in the seventh digit of a FLOAT', async () => {
    await sql('CREATE TABLE sizes (id INT PRIMARY KEY, size FLOAT)', 'INSERT INTO sizes VALUES (1, 5)')
    await reversed('sizes', 'UPDATE sizes SET size = 16777215')
    await sql('UPDATE sizes SET size = 16777216')
    await returned('sizes')
    expect(await rows('SELECT size * 1e0 AS size FROM sizes')).toEqual([{ size: 16_777_216 }])
    expect(await conflicts()).toMatchObject([{ key: '1', why: 'changed since' }])
  })

  test('comes back where rows of one table refer to later ones', async () => {
    await sql(
      'CREATE TABLE people (id INT PRIMARY KEY, boss INT, FOREIGN KEY (boss) REFERENCES people (id))',
      'INSERT INTO people VALUES (3, NULL)',
      'INSERT INTO people VALUES (2, 3)',
      'INSERT INTO people VALUES (1, 2)',
    )
    await reversed('people', 'DROP TABLE people')
    await sql('CREATE TABLE people (id INT PRIMARY KEY, boss INT, FOREIGN KEY (boss) REFERENCES people (id))')
    await returned('people')
    expect(await rows('SELECT id, boss FROM people ORDER BY id')).toHaveLength(3)
    expect(await conflicts()).toEqual([])
  })

  test('comes back but for a row whose place is taken, or whose parent is gone', async () => {
    await sql(
      'CREATE TABLE countries (id INT PRIMARY KEY)',
      'INSERT INTO countries VALUES (1), (2)',
      'CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(20) UNIQUE, country INT, FOREIGN KEY (country) REFERENCES countries (id))',
      "INSERT INTO customers VALUES (1, 'ana@x', 1), (2, 'ben@x', 1), (3, 'cleo@x', 2)",
    )
    await reversed('customers', 'DELETE FROM customers')
    await sql("INSERT INTO customers VALUES (9, 'ben@x', 1)", 'DELETE FROM countries WHERE id = 2')
    await returned('customers')
    expect(await rows('SELECT id FROM customers ORDER BY id')).toEqual([{ id: 1 }, { id: 9 }])
    expect((await conflicts()).map(({ key }) => key)).toEqual(['2', '3'])
  })

  test('leaves the triggers of a table where they were, also where it could not come back', async () => {
    await sql(
      'CREATE TABLE notes (id INT PRIMARY KEY, note VARCHAR(20))',
      'CREATE TABLE log (what VARCHAR(20))',
      "INSERT INTO notes VALUES (1, 'a')",
      'CREATE TRIGGER told AFTER UPDATE ON notes FOR EACH ROW INSERT INTO log VALUES (NEW.note)',
    )
    await reversed('notes', 'UPDATE notes SET note = NULL')
    await applied(act, { kind: 'database.compare', database: 'main', run: 'r1', table: 'notes' }, undoing)
    await sql('DROP TABLE _astern_r1_notes')
    const back = await applied(act, { kind: 'database.put-back', database: 'main', run: 'r1', table: 'notes' }, undoing)
    expect(back.outcome).toMatchObject({ ok: false })
    expect(
      await rows(`SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = '${database}'`),
    ).toEqual([{ name: 'told' }])
  })

  test('has its triggers again before the writers come, should the link be lost in between and nobody retry', async () => {
    await sql(
      'CREATE TABLE notes (id INT PRIMARY KEY, note VARCHAR(20))',
      "INSERT INTO notes VALUES (1, 'a')",
      'CREATE TRIGGER shout BEFORE UPDATE ON notes FOR EACH ROW SET NEW.note = UPPER(NEW.note)',
    )
    await reversed('notes', 'UPDATE notes SET note = NULL')
    await does({ kind: 'database.compare', database: 'main', run: 'r1', table: 'notes' }, undoing)
    await sql('START TRANSACTION', 'SELECT * FROM _astern_r1_notes FOR UPDATE')
    const back = applied(act, { kind: 'database.put-back', database: 'main', run: 'r1', table: 'notes' }, undoing)
    await killed('UPDATE IGNORE%')
    expect((await back).outcome).toMatchObject({ unknown: true })
    await sql('COMMIT')
    await does({ kind: 'database.unfence', database: 'main' }, undoing)
    await sql("UPDATE notes SET note = 'b'")
    expect(await rows('SELECT note FROM notes')).toEqual([{ note: 'B' }])
  })

  test('needs no right to read routines that have nothing to do with it', async () => {
    await sql('CREATE TABLE notes (id INT PRIMARY KEY, note VARCHAR(20))', "INSERT INTO notes VALUES (1, 'a')")
    await sql('CREATE PROCEDURE tidy() DELETE FROM notes WHERE id < 0')
    await sql(`REVOKE SELECT ON mysql.* FROM astern_${database}@'%'`)
    await reversed('notes', 'UPDATE notes SET note = NULL')
    await returned('notes')
    expect(await rows('SELECT note FROM notes')).toEqual([{ note: 'a' }])
  })

  test('comes back where keys are of several collations, and the way up writes them in another', async () => {
    await sql(
      'CREATE TABLE names (a VARCHAR(20) COLLATE utf8mb4_bin, b VARCHAR(20) COLLATE utf8mb4_unicode_ci, note VARCHAR(20), PRIMARY KEY (a, b))',
      "INSERT INTO names VALUES ('x', 'y', 'a'), ('é', 'ü', 'b'), ('z', 'z', 'c')",
    )
    await reversed('names', 'ALTER TABLE names MODIFY b VARCHAR(20) COLLATE utf8mb4_general_ci, DROP COLUMN note')
    await sql("DELETE FROM names WHERE a = 'z'")
    await does({ kind: 'database.compare', database: 'main', run: 'r1', table: 'names' }, undoing)
    await sql('ALTER TABLE names MODIFY b VARCHAR(20) COLLATE utf8mb4_unicode_520_ci, ADD COLUMN note VARCHAR(20)')
    await does({ kind: 'database.put-back', database: 'main', run: 'r1', table: 'names' }, undoing)
    expect(await rows('SELECT a, note FROM names ORDER BY note')).toEqual([
      { a: 'x', note: 'a' },
      { a: 'é', note: 'b' },
    ])
    expect((await conflicts()).map(({ key, why }) => `${key} ${why}`)).toEqual(['z, z deleted since'])
  })

  /** Kept, changed, and how it stands noted: what a run does to a table. */
  async function reversed(table: string, down: string): Promise<void> {
    await does({ kind: 'database.archive', database: 'main', table }, context)
    await sql(down)
    await does({ kind: 'database.seal', database: 'main', table }, context)
  }

  async function returned(table: string): Promise<void> {
    await does({ kind: 'database.compare', database: 'main', run: 'r1', table }, undoing)
    await does({ kind: 'database.put-back', database: 'main', run: 'r1', table }, undoing)
  }

  async function does(command: DatabaseCommand, where: typeof context): Promise<void> {
    expect((await applied(act, command, where)).outcome).toMatchObject({ ok: true })
  }

  async function killed(statement: string): Promise<void> {
    const sessions = `SELECT id FROM information_schema.processlist WHERE info LIKE '${statement}'`
    const killing = async (): Promise<boolean> => {
      const [found] = (await rows(sessions)) as { id: number }[]
      if (found !== undefined) await root.query(`KILL ${found.id}`)
      return found !== undefined
    }
    await vi.waitUntil(killing, { timeout: 20_000 })
  }

  async function conflicts() {
    const found = await act.conflicts(undoing)
    if (!found.ok) throw new Error(found.fault.detail)
    return found.value
  }

  async function sql(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await root.query(statement)
  }

  async function rows(statement: string): Promise<unknown[]> {
    const [found] = await root.query(statement)
    return (found as object[]).map(row => ({ ...row }))
  }
})
