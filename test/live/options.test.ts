import { afterEach, describe, expect, test } from 'vitest'
import { DatabaseSync } from 'node:sqlite'
import { statSync } from 'node:fs'
import { openStage, rollbackArgs, rowsOf, runsOf, stateOf, undoByHash, type Stage } from './support.ts'

let stage: Stage | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
})

describe('--preserve-data', () => {
  test('on a release that spoiled only the code writes nothing of its own to the database, shown from its side', async () => {
    stage = await openStage({ bad: '1.2.3', orderEveryMs: 0 })
    const { shop } = stage
    watchWrites(shop.database)
    const ran = await stage.astern(await rollbackArgs(stage, ['--preserve-data']))
    expect(ran.code).toBe(0)
    expect(rowsOf(shop.database, "SELECT name FROM sqlite_schema WHERE name LIKE '\\_astern%' ESCAPE '\\'")).toEqual([])
    expect(rowsOf(shop.database, 'SELECT what, count(*) AS n FROM writes GROUP BY what ORDER BY what')).toEqual([
      { what: 'order placed', n: 1 },
      { what: 'order shipped', n: 1 },
    ])
    expect(rowsOf(shop.database, 'PRAGMA user_version')).toEqual([{ user_version: 0 }])
    expect(statSync(shop.database).isFile()).toBe(true)
  })

  test('is refused with the reason where the old code cannot run on the schema, and touches nothing', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    const ran = await stage.astern(['rollback', '--headless', '--preserve-data'])
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain('20261118 drops orders.note')
    expect(runsOf(stage.home)).toEqual([])
  })
})

describe('--version', () => {
  test('of a release that does not exist is refused with those that do', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    const ran = await stage.astern(['rollback', '--headless', '--version=9.9.9'])
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('There is no release 9.9.9 in the ledger')
    expect(ran.stderr).toContain('The ledger has: 1.2.2')
    const near = await stage.astern(['rollback', '--headless', '--version=v1.2.2'])
    expect([near.code, near.stderr]).toEqual([2, expect.stringContaining('Did you mean --version 1.2.2?')])
    expect(runsOf(stage.home)).toEqual([])
  })

  test('of what runs everywhere already is refused, and nothing is begun', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    expect((await stage.astern(['record', '--version', '1.3.0'])).code).toBe(0)
    const ran = await stage.astern(['rollback', '--headless', '--version=1.3.0'])
    expect([ran.code, ran.stderr]).toEqual([
      expect.any(Number),
      expect.stringContaining('1.3.0 runs already, everywhere'),
    ])
    expect(ran.code).not.toBe(0)
    expect(runsOf(stage.home)).toEqual([])
  })
})

describe('the gate for pipelines', () => {
  test('refuses a version that was rolled back until a person clears it, and everything while frozen', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    expect((await stage.astern(['gate', '--version', '1.3.0'])).code).toBe(0)
    expect((await stage.astern(['freeze', '--reason', 'the auditors are here'])).code).toBe(0)
    const frozen = await stage.astern(['gate', '--version', '1.4.0'])
    expect([frozen.code, frozen.stdout]).toEqual([3, expect.stringContaining('the auditors are here')])
    expect((await stage.astern(['unfreeze'])).code).toBe(0)
    expect((await stage.astern(await rollbackArgs(stage))).code).toBe(0)
    const back = await stage.astern(['gate', '--version', '1.3.0'])
    expect([back.code, back.stdout]).toEqual([3, expect.stringContaining('1.3.0 was rolled back by run')])
    expect((await stage.astern(['gate', '--version', '1.2.2'])).code).toBe(0)
    expect((await stage.astern(['unfreeze', '--clear', '1.3.0'])).code).toBe(0)
    expect((await stage.astern(['gate', '--version', '1.3.0'])).code).toBe(0)
  })
})

describe('undo', () => {
  test('after the rollback has served goes back to the bad release, loses nothing, and lists what it could not put back', async () => {
    stage = await openStage()
    const { shop } = stage
    expect((await stage.astern(await rollbackArgs(stage))).code).toBe(0)
    const [run = ''] = runsOf(stage.home)
    const id = run.split('/').at(-1) ?? ''
    const database = new DatabaseSync(shop.database, { timeout: 5000 })
    database.exec(
      "UPDATE orders SET note = 'changed meanwhile' WHERE id = 1; UPDATE orders SET note = NULL WHERE id = 2",
    )
    database.close()
    await undoByHash(stage, id)
    const state = stateOf(runsOf(stage.home).at(-1) ?? '')
    expect(await (await fetch(`http://127.0.0.1:${shop.ports.api}/version`)).json()).toEqual({ version: '1.3.0' })
    expect(state.steps['main.put-back.order_notes']?.status).toBe('ok')
    const notes = new Map(
      rowsOf(shop.database, 'SELECT order_id, note, author FROM order_notes').map(row => [row['order_id'], row]),
    )
    expect(notes.get(1)).toEqual({ order_id: 1, note: 'changed meanwhile', author: null })
    expect(notes.get(3)).toEqual({ order_id: 3, note: 'seeded note 3', author: 'clerk 3' })
    expect(shop.placed().filter(({ id: order, note }) => notes.get(order)?.['note'] !== note)).toEqual([])
    expect(state.conflicts.map(({ conflict }) => (conflict as { key: string; why: string }).key)).toEqual(['1', '2'])
  })
})

/** Each write of the shop leaves a row; a write of anybody else's would too. */
function watchWrites(file: string): void {
  const database = new DatabaseSync(file, { timeout: 5000 })
  database.exec(`CREATE TABLE writes (what TEXT);
    CREATE TRIGGER placed AFTER INSERT ON orders BEGIN INSERT INTO writes VALUES ('order placed'); END;
    CREATE TRIGGER shipped AFTER UPDATE ON orders BEGIN INSERT INTO writes VALUES ('order shipped'); END;`)
  database.close()
}
