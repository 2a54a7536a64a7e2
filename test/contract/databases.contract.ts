import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { effectOf } from '../../src/state/sql/effect.ts'
import type { DatabaseAct, DatabaseLook } from '../../src/targets/databases/port.ts'
import { permitOf } from '../permit.ts'

/** One database of the suite's own, `main`, with customers, orders and notes; migrations 1 and 2 are applied. */
export type Stage = {
  readonly act: DatabaseAct
  readonly look: DatabaseLook
  /** Past the adapter: statements as anybody else would send them, and rows they give. */
  readonly sql: (...statements: readonly string[]) => Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Notes how archived rows stand, where the adapter has a way to. */
  readonly seals: boolean
  readonly close: () => Promise<void>
}

export type Kind = {
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
  readonly open: () => Promise<Stage>
}

export const context = { run: 'r1', environment: 'shop', directory: '/nowhere', holder: 'h' }

export function statement(direction: 'down' | 'up', sql: string): DatabaseCommand {
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

export function applyTo(act: DatabaseAct, command: DatabaseCommand, where = context) {
  const permit = permitOf(command, { run: where.run })
  return act.apply(command, permit, where, () => undefined)
}

/** What every adapter of a database keeps. */
export function databaseContract(name: string, { begin, end, open }: Kind): void {
  let stage: Stage
  beforeAll(begin)
  afterAll(end)
  beforeEach(async () => void (stage = await open()))
  afterEach(() => stage.close())
  const apply = (command: DatabaseCommand, where = context) => applyTo(stage.act, command, where)
  const plainRows = async (sql: string) => (await stage.sql(sql)).map(row => ({ ...row }))

  describe(name, () => {
    test('is reversed, brought forward and reversed again to the same fingerprints', async () => {
      const before = await stage.look.observe()
      const down = statement('down', 'ALTER TABLE notes DROP COLUMN author')
      const up = statement('up', 'ALTER TABLE notes ADD COLUMN author VARCHAR(40)')
      expect(await apply(down)).toMatchObject({ ok: true })
      const reversed = await stage.look.observe()
      expect([before.applied, reversed.applied]).toEqual([['1', '2'], ['1']])
      expect(await apply(up)).toMatchObject({ ok: true })
      const forward = await stage.look.observe()
      expect([forward.fingerprint === before.fingerprint, forward.applied]).toEqual([true, ['1', '2']])
      expect(await apply(down, { ...context, run: 'r2' })).toMatchObject({ ok: true })
      expect((await stage.look.observe()).fingerprint).toBe(reversed.fingerprint)
    })

    test('bears a mark for drills that says which it is, and no longer holds for another class or environment', async () => {
      const mark = { kind: 'database.mark', database: 'main', class: 'staging' } as const
      const before = await stage.look.observe()
      expect(await stage.look.drill()).toMatchObject({ ok: true, value: { mark: null } })
      expect(await stage.look.probe(mark, context)).toMatchObject({ verdict: 'not yet' })
      expect(await apply(mark)).toMatchObject({ ok: true })
      const sight = await stage.look.drill()
      if (!sight.ok) throw new Error(sight.fault.what)
      const { identity } = sight.value
      expect(sight.value.mark).toMatchObject({ environment: 'shop', class: 'staging', by: 'ana', run: 'r1', identity })
      expect(identity.ids.length).toBeGreaterThan(1)
      expect(await stage.look.probe(mark, { ...context, run: 'r2' })).toMatchObject({ verdict: 'holds' })
      expect(await stage.look.probe({ ...mark, class: 'drill' }, context)).toMatchObject({ verdict: 'not yet' })
      expect(await stage.look.probe(mark, { ...context, environment: 'bank' })).toMatchObject({ verdict: 'not yet' })
      expect(await apply({ ...mark, class: 'drill' }, { ...context, run: 'r3' })).toMatchObject({ ok: true })
      expect(await stage.look.drill()).toMatchObject({ ok: true, value: { mark: { class: 'drill', run: 'r3' } } })
      expect((await stage.look.observe()).fingerprint).toBe(before.fingerprint)
    })

    test('does a statement on rows once: its marker says so to whoever looks', async () => {
      const down = statement('down', 'UPDATE orders SET paid = paid + 1')
      expect(await stage.look.probe(down, context)).toMatchObject({ verdict: 'not yet' })
      expect(await apply(down)).toMatchObject({ ok: true })
      expect(await stage.look.probe(down, context)).toMatchObject({ verdict: 'holds' })
      expect(await plainRows('SELECT paid FROM orders ORDER BY id')).toEqual([{ paid: 1 }, { paid: 1 }, { paid: 1 }])
    })

    test('has changed the schema once, and says so to whoever looks', async () => {
      const down = statement('down', 'ALTER TABLE notes DROP COLUMN author')
      expect(await stage.look.probe(down, context)).toMatchObject({ verdict: 'not yet' })
      expect(await apply(down)).toMatchObject({ ok: true })
      expect(await stage.look.probe(down, context)).toMatchObject({ verdict: 'holds' })
    })

    test('is as it was after a statement that it refused', async () => {
      const before = await stage.look.observe()
      for (const sql of [
        'UPDATE orders SET customer_id = 99',
        'ALTER TABLE missing ADD COLUMN x INTEGER',
        'UPDATE orders SET',
      ]) {
        expect(await apply(statement('down', sql)), sql).toMatchObject({
          ok: false,
          fault: { code: expect.stringMatching(/^database\./) },
        })
        expect(await stage.look.probe(statement('down', sql), context)).toMatchObject({ verdict: 'not yet' })
      }
      const { rows, fingerprint, applied } = before
      expect(await stage.look.observe()).toMatchObject({ rows, fingerprint, applied })
    })

    test('keeps every row of a table before it goes, and puts back what nobody has changed since', async () => {
      expect(await apply({ kind: 'database.archive', database: 'main', table: 'notes' })).toMatchObject({ ok: true })
      expect(await stage.look.archives()).toEqual({ ok: true, value: [{ run: 'r1', table: 'notes', rows: 3 }] })
      await stage.sql('UPDATE notes SET author = NULL')
      if (stage.seals) await apply({ kind: 'database.seal', database: 'main', table: 'notes' })
      await stage.sql("UPDATE notes SET note = 'changed' WHERE order_id = 2", 'DELETE FROM notes WHERE order_id = 3')
      const undoing = { ...context, run: 'r2' }
      if (stage.seals) await apply({ kind: 'database.compare', database: 'main', run: 'r1', table: 'notes' }, undoing)
      expect(
        await apply({ kind: 'database.put-back', database: 'main', run: 'r1', table: 'notes' }, undoing),
      ).toMatchObject({ ok: true })
      expect(await plainRows('SELECT * FROM notes ORDER BY order_id')).toEqual([
        { order_id: 1, note: 'a', author: 'ana' },
        { order_id: 2, note: 'changed', author: null },
      ])
      expect(await stage.look.conflicts(undoing)).toEqual({
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

    test('counts what each reversal would take with it', async () => {
      const down = ['DROP TABLE notes', 'ALTER TABLE notes DROP COLUMN author'].map(sql => ({
        sql,
        effects: [effectOf(sql)],
      }))
      const migration = { version: '2', name: 'x', up: [], compatibleWith: [], down }
      expect(await stage.look.atRisk([migration])).toEqual({
        ok: true,
        value: [
          { database: 'main', table: 'notes', column: null, rows: 3, archived: false },
          { database: 'main', table: 'notes', column: 'author', rows: 2, archived: false },
        ],
      })
    })

    test('is only read by what looks: what would change it is refused', async () => {
      for (const sql of [
        'DELETE FROM notes',
        'DROP TABLE notes',
        'CREATE TABLE x (y INTEGER)',
        'ALTER TABLE notes DROP COLUMN author',
      ])
        expect(await stage.look.cell(sql), sql).toMatchObject({ ok: false, fault: { code: 'database.readonly' } })
      expect(await plainRows('SELECT COUNT(author) AS n FROM notes')).toEqual([{ n: 2 }])
      // @ts-expect-error a look has no way to act
      expect(stage.look.apply).toBe(undefined)
      // @ts-expect-error nor to try
      expect(stage.look.attempt).toBe(undefined)
    })

    test('counts in numbers, as checks compare them', async () => {
      expect(await stage.look.cell('SELECT COUNT(*) FROM notes')).toEqual({ ok: true, value: 3 })
      expect(await stage.look.cell('SELECT 9007199254740993')).not.toEqual({ ok: true, value: 9007199254740992 })
    })

    test('names every miss of a proof', async () => {
      await stage.sql('UPDATE orders SET paid = -1 WHERE id = 1')
      const proof = await stage.act.attempt(
        { kind: 'database.prove', database: 'main', fingerprint: 'other', migrations: ['1'] },
        context,
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
}

/** The shop of the suite, in words both engines know. */
export const shop: readonly string[] = [
  'CREATE TABLE schema_migrations (version VARCHAR(40) PRIMARY KEY)',
  "INSERT INTO schema_migrations VALUES ('1'), ('2')",
  'CREATE TABLE customers (id INTEGER PRIMARY KEY)',
  'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, paid INTEGER NOT NULL DEFAULT 0, FOREIGN KEY (customer_id) REFERENCES customers (id))',
  'CREATE TABLE notes (order_id INTEGER PRIMARY KEY, note VARCHAR(200) NOT NULL, author VARCHAR(40))',
  'INSERT INTO customers VALUES (1)',
  'INSERT INTO orders (id, customer_id) VALUES (1, 1), (2, 1), (3, 1)',
  "INSERT INTO notes VALUES (1, 'a', 'ana'), (2, 'b', 'ben'), (3, 'c', NULL)",
]

export const unpaid = [{ name: 'unpaid orders', sql: 'SELECT count(*) FROM orders WHERE paid < 0', expect: 0 }]
