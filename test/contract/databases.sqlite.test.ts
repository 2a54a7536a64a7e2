import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makePermit } from '../../src/runners/journal/permit.ts'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { effectOf } from '../../src/state/sql/effect.ts'
import type { DatabaseAct, DatabaseLook } from '../../src/targets/databases/port.ts'
import { sqliteAct } from '../../src/targets/databases/sqlite/act.ts'
import { sqliteLook } from '../../src/targets/databases/sqlite/look.ts'

const context = { run: 'r1', environment: 'shop', directory: '/nowhere', holder: 'h' }
let directory = ''
let file = ''
let act: DatabaseAct
let look: DatabaseLook

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astern-sqlite-'))
  file = join(directory, 'shop.db')
  write(`CREATE TABLE schema_migrations (version TEXT PRIMARY KEY); INSERT INTO schema_migrations VALUES ('1'), ('2');
    CREATE TABLE customers (id INTEGER PRIMARY KEY);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), paid INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE notes (order_id INTEGER PRIMARY KEY, note TEXT NOT NULL, author TEXT);
    INSERT INTO customers VALUES (1); INSERT INTO orders (id, customer_id) VALUES (1, 1), (2, 1), (3, 1);
    INSERT INTO notes VALUES (1, 'a', 'ana'), (2, 'b', 'ben'), (3, 'c', NULL);
    CREATE TABLE seen (n INTEGER); CREATE TRIGGER see AFTER UPDATE ON orders BEGIN INSERT INTO seen VALUES (1); END;`)
  const config = {
    name: 'main',
    database: {
      kind: 'sqlite',
      file,
      migrations: { tool: 'dbmate', table: 'schema_migrations', from: { service: 'api', path: 'migrations' } },
      invariants: [{ name: 'unpaid orders', sql: 'SELECT count(*) FROM orders WHERE paid < 0', expect: 0 }],
    },
    childEntry: resolve(import.meta.dirname, '../../src/targets/databases/sqlite/child.ts'),
    lockFd: null,
    now: () => new Date('2026-11-22T03:12:40Z'),
  } as const
  act = sqliteAct(config)
  look = sqliteLook(config)
})
afterEach(async () => {
  await Promise.all([act.close(), look.close()])
  rmSync(directory, { recursive: true, force: true })
})

describe('a SQLite database', () => {
  test('is reversed, brought forward and reversed again to the same fingerprints', async () => {
    const before = await look.observe()
    const down = statement('down', 'ALTER TABLE notes DROP COLUMN author')
    const up = statement('up', 'ALTER TABLE notes ADD COLUMN author TEXT')
    expect(await apply(down)).toMatchObject({ ok: true })
    const reversed = await look.observe()
    expect([before.applied, reversed.applied]).toEqual([['1', '2'], ['1']])
    expect(await apply(up)).toMatchObject({ ok: true })
    const forward = await look.observe()
    expect([forward.fingerprint === before.fingerprint, forward.applied]).toEqual([true, ['1', '2']])
    expect(await apply(down, { ...context, run: 'r2' })).toMatchObject({ ok: true })
    expect((await look.observe()).fingerprint).toBe(reversed.fingerprint)
  })

  test('does a statement once: its marker says so to whoever looks, and nothing is found half done', async () => {
    const down = statement('down', 'UPDATE orders SET paid = paid + 1')
    expect(await look.probe(down, context)).toMatchObject({ verdict: 'not yet' })
    expect(await apply(down)).toMatchObject({ ok: true })
    expect(await look.probe(down, context)).toMatchObject({ verdict: 'holds' })
    expect(await apply(down)).toMatchObject({ ok: false, fault: { code: 'database.constraint' } })
    expect(read('SELECT sum(paid) AS paid FROM orders')).toEqual([{ paid: 3 }])
    expect(read('SELECT count(*) AS n FROM seen')).toEqual([{ n: 3 }])
  })

  test('takes a statement back whole that leaves rows referring to nothing', async () => {
    const before = await look.observe()
    const outcome = await apply(statement('down', 'UPDATE orders SET customer_id = 99'))
    expect(outcome).toMatchObject({
      ok: false,
      fault: { code: expect.stringMatching(/^database\.(orphans|constraint)$/) },
    })
    const { rows, fingerprint, applied } = before
    expect(await look.observe()).toMatchObject({ rows, fingerprint, applied })
  })

  test('keeps every row of a table before it goes, and puts back what nobody has changed since', async () => {
    expect(await apply({ kind: 'database.archive', database: 'main', table: 'notes' })).toMatchObject({ ok: true })
    expect(await look.archives()).toEqual({ ok: true, value: [{ run: 'r1', table: 'notes', rows: 3 }] })
    write(
      "UPDATE notes SET author = NULL; UPDATE notes SET note = 'changed' WHERE order_id = 2; DELETE FROM notes WHERE order_id = 3",
    )
    const undoing = { ...context, run: 'r2' }
    expect(
      await apply({ kind: 'database.put-back', database: 'main', run: 'r1', table: 'notes' }, undoing),
    ).toMatchObject({ ok: true })
    expect(read('SELECT * FROM notes ORDER BY order_id')).toEqual([
      { order_id: 1, note: 'a', author: 'ana' },
      { order_id: 2, note: 'changed', author: null },
    ])
    expect(await look.conflicts(undoing)).toEqual({
      ok: true,
      value: [
        {
          table: 'notes',
          key: '2',
          why: 'changed since',
          archived: { order_id: 2, note: 'b', author: 'ben' },
          present: { order_id: 2, note: 'changed', author: null },
        },
        {
          table: 'notes',
          key: '3',
          why: 'deleted since',
          archived: { order_id: 3, note: 'c', author: null },
          present: null,
        },
      ],
    })
  })

  test('is copied whole, for its owner alone, once', async () => {
    const copy = { kind: 'database.copy', database: 'main' } as const
    expect(await look.probe(copy, context)).toMatchObject({ verdict: 'not yet' })
    expect(await apply(copy)).toMatchObject({ ok: true })
    expect(await look.probe(copy, context)).toMatchObject({ verdict: 'holds' })
    expect(statSync(`${file}.astern-r1.copy`).mode & 0o777).toBe(0o600)
  })

  test('counts what each reversal would take with it', async () => {
    const migration = {
      version: '2',
      name: 'x',
      up: [],
      compatibleWith: [],
      down: ['DROP TABLE notes', 'ALTER TABLE notes DROP COLUMN author'].map(sql => ({
        sql,
        effects: [effectOf(sql)],
      })),
    }
    expect(await look.atRisk([migration])).toEqual({
      ok: true,
      value: [
        { database: 'main', table: 'notes', column: null, rows: 3, archived: false },
        { database: 'main', table: 'notes', column: 'author', rows: 2, archived: false },
      ],
    })
  })

  test('is only read by what looks: a write is refused, and a file that is not there is not made', async () => {
    expect(await look.cell('INSERT INTO customers VALUES (7) RETURNING id')).toMatchObject({
      ok: false,
      fault: { code: 'database.readonly' },
    })
    await look.close()
    rmSync(file)
    expect((await look.observe()).fault).toMatchObject({ code: expect.stringMatching(/^database\./) })
    // @ts-expect-error a look has no way to act
    expect(look.apply).toBe(undefined)
    // @ts-expect-error nor to try
    expect(look.attempt).toBe(undefined)
  })

  test('names every miss of a proof', async () => {
    write('UPDATE orders SET paid = -1 WHERE id = 1')
    const proof = await act.attempt(
      { kind: 'database.prove', database: 'main', fingerprint: 'other', migrations: ['1'] },
      () => undefined,
      AbortSignal.timeout(10_000),
    )
    expect(proof).toMatchObject({ ok: false, fault: { code: 'database.inconsistent' } })
    const what = proof.ok ? '' : proof.fault.what
    for (const miss of [
      'schema fingerprint: expected other',
      'migrations applied: expected 1, got 1 2',
      'unpaid orders: expected 0, got 1',
    ])
      expect(what).toContain(miss)
  })
})

function statement(direction: 'down' | 'up', sql: string): DatabaseCommand {
  return {
    kind: 'database.statement',
    database: 'main',
    direction,
    migration: '2',
    index: 1,
    of: 1,
    sql,
    migrationsTable: 'schema_migrations',
  }
}

function apply(command: DatabaseCommand, where = context) {
  const permit = makePermit(command, { run: where.run, step: 's', attempt: 1, epoch: 1, who: 'ana' })
  return act.apply(command, permit, where, () => undefined)
}

function write(sql: string): void {
  const database = new DatabaseSync(file, { timeout: 5000 })
  database.exec(sql)
  database.close()
}

function read(sql: string) {
  const database = new DatabaseSync(file, { timeout: 5000 })
  try {
    return database
      .prepare(sql)
      .all()
      .map(row => ({ ...row }))
  } finally {
    database.close()
  }
}
