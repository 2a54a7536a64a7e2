import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DatabaseAct, DatabaseLook } from '../../src/targets/databases/port.ts'
import { sqliteAct } from '../../src/targets/databases/sqlite/act.ts'
import { sqliteLook } from '../../src/targets/databases/sqlite/look.ts'
import { applyTo, context, databaseContract, shop, statement, unpaid } from './databases.contract.ts'

let directory = ''
let file = ''
let act: DatabaseAct
let look: DatabaseLook

const open = (): void => {
  directory = mkdtempSync(join(tmpdir(), 'astern-sqlite-'))
  file = join(directory, 'shop.db')
  rows(
    ...shop,
    'CREATE TABLE seen (n INTEGER)',
    'CREATE TRIGGER see AFTER UPDATE ON orders BEGIN INSERT INTO seen VALUES (1); END',
  )
  const config = {
    name: 'main',
    database: {
      kind: 'sqlite',
      file,
      migrations: { tool: 'dbmate', table: 'schema_migrations', from: { service: 'api', path: 'migrations' } },
      invariants: unpaid,
    },
    childEntry: resolve(import.meta.dirname, '../../src/targets/databases/sqlite/child.ts'),
    lockFd: null,
    now: () => new Date('2026-11-22T03:12:40Z'),
  } as const
  act = sqliteAct(config)
  look = sqliteLook(config)
}

const close = async (): Promise<void> => {
  await Promise.all([act.close(), look.close()])
  rmSync(directory, { recursive: true, force: true })
}

databaseContract('a SQLite database', {
  begin: () => Promise.resolve(),
  end: () => Promise.resolve(),
  open: () => {
    open()
    return Promise.resolve({ act, look, seals: false, sql: (...sql) => Promise.resolve(rows(...sql)), close })
  },
})

describe('a SQLite database', () => {
  beforeEach(open)
  afterEach(close)

  test('is found with all of a statement or none, what its triggers do included', async () => {
    const down = statement('down', 'UPDATE orders SET paid = paid + 1')
    expect(await applyTo(act, down)).toMatchObject({ ok: true })
    expect(await applyTo(act, down)).toMatchObject({ ok: false, fault: { code: 'database.constraint' } })
    expect(rows('SELECT sum(paid) AS paid FROM orders')).toEqual([{ paid: 3 }])
    expect(rows('SELECT count(*) AS n FROM seen')).toEqual([{ n: 3 }])
  })

  test('has a statement taken back whole whose migration cannot be written down', async () => {
    const up = statement('up', 'UPDATE orders SET paid = 5')
    expect(await applyTo(act, up)).toMatchObject({ ok: false, fault: { code: 'database.constraint' } })
    expect(rows('SELECT sum(paid) AS paid FROM orders')).toEqual([{ paid: 0 }])
    expect(await look.probe(up, context)).toMatchObject({ verdict: 'not yet' })
  })

  test('is copied whole, for its owner alone, once', async () => {
    const copy = { kind: 'database.copy', database: 'main' } as const
    expect(await look.probe(copy, context)).toMatchObject({ verdict: 'not yet' })
    expect(await applyTo(act, copy)).toMatchObject({ ok: true })
    expect(await look.probe(copy, context)).toMatchObject({ verdict: 'holds' })
    expect(statSync(`${file}.astern-r1.copy`).mode & 0o777).toBe(0o600)
  })

  test('is not made by looking at a file that is not there, nor by writing to it', async () => {
    await look.close()
    rmSync(file)
    expect((await look.observe()).fault).toMatchObject({ code: 'database.missing' })
    expect(await applyTo(act, statement('down', 'CREATE TABLE more (id INTEGER)'))).toMatchObject({
      ok: false,
      fault: { code: 'database.missing' },
    })
    expect(existsSync(file)).toBe(false)
  })

  test('keeps nobody waiting while it is at a long statement, and lets itself be ended in it with nothing changed', async () => {
    const down = statement(
      'down',
      'INSERT INTO seen WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900000000) SELECT i FROM n',
    )
    let over = false
    const cut = applyTo(act, down).finally(() => (over = true))
    await expect.poll(() => existsSync(`${file}-journal`), { timeout: 30_000, interval: 5 }).toBe(true)
    expect(over).toBe(false)
    for (const pid of children()) process.kill(pid, 'SIGKILL')
    expect(await cut).toMatchObject({ ok: false, fault: { code: 'database.child-gone' } })
    expect(await look.probe(down, context)).toMatchObject({ verdict: 'not yet' })
    expect(rows('SELECT count(*) AS n FROM seen')).toEqual([{ n: 0 }])
  })

  test('has no writers to keep out, and says so', async () => {
    const fence = { kind: 'database.fence', database: 'main', writers: [], readers: [] } as const
    expect(await applyTo(act, fence)).toMatchObject({ ok: false, fault: { code: 'database.not-for-files' } })
  })
})

/** Processes that this one has started, by what the kernel knows. */
function children(): readonly number[] {
  const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

function rows(...statements: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  const database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: false })
  try {
    return statements.reduce<readonly Readonly<Record<string, unknown>>[]>((_, sql) => database.prepare(sql).all(), [])
  } finally {
    database.close()
  }
}
