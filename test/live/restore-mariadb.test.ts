import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Shop } from '../../demo/stage.ts'
import { dataSentence } from '../../src/state/data-sentence.ts'
import type { Plan } from '../../src/state/plan.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { backUp, takeWayDown } from './restorable.ts'
import { openStage, rollbackArgs, runsOf, stateOf, undoByHash, type Stage } from './support.ts'

/** 1.3.0 moved the notes into a table of their own, and whoever wrote it left no way down. */
describeWithMariaDb('a database that cannot be reversed', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await openStage({ database: 'mariadb', prepare: backUp })
    takeWayDown(stage.shop)
    await stage.shop.store.run("GRANT ALL ON `\\_astern\\_%`.* TO 'astern'@'%'")
  })
  afterEach(() => stage?.close())

  test('blocks the plan, which names the backup that could be restored instead', async () => {
    const { blockers, restorable, steps } = await planOf([])
    expect(blockers).toEqual([
      expect.stringMatching(
        /^main: migration 20261118 \(move order notes\) has no way down; restore instead with --restore: nightly, \d+ min, about \d+ rows inserted since$/,
      ),
    ])
    expect(restorable).toEqual([
      expect.stringMatching(/^main from nightly, \d+ min: about \d+ rows were inserted since$/),
    ])
    expect(steps.some(({ command }) => command.kind === 'database.load')).toBe(false)
    expect(await found()).toContainEqual([
      expect.stringMatching(/^main: the newest whole backup is nightly, \d+ min$/),
      true,
    ])
    await stage.shop.store.run("REVOKE ALL ON `\\_astern\\_%`.* FROM 'astern'@'%'")
    const cannot =
      'main cannot be restored: the account astern may make no schema beside it: GRANT ALL ON `\\_astern\\_%`.* to it'
    expect(await found()).toContainEqual([cannot, false])
    expect((await planOf(['--restore'])).blockers).toEqual([cannot])
  })

  test('is restored while customers order; what was written since returns or is counted, and an undo brings today’s back', async () => {
    const plan = await planOf(['--restore'])
    expect([plan.blockers, plan.order]).toEqual([[], 'database first'])
    const ran = await stage.astern(await rollbackArgs(stage, ['--restore']))
    expect(`${ran.code} ${ran.stdout}${ran.stderr}`).toMatch(/^0 /)
    const [run = ''] = runsOf(stage.home)
    const state = stateOf(run)
    const loaded = state.steps['main.verify']?.settledAt ?? ''
    const stops = Object.values(state.steps).filter(({ id }) => id.endsWith('.stop'))
    expect(stops.map(({ begunAt }) => (begunAt ?? '') >= loaded)).toEqual(stops.map(() => true))
    expect(dataSentence(state)).toMatch(
      /main was restored from nightly: of \d+ rows written since, \d+ returned; \d+ did not, and are kept beside it \(\d+ of order_notes\)/,
    )
    const ids = new Set((await stage.shop.store.rows('SELECT id FROM orders')).map(({ id }) => Number(id)))
    expect(stage.shop.placed().filter(({ id }) => !ids.has(id))).toEqual([])
    // 1.3.0 cannot check out, so the undo itself does not end green.
    const undone = await undoByHash(stage, run)
    expect(undone.stdout).toContain('1.2.2 -> 1.3.0, database first')
    const after = new Set((await stage.shop.store.rows('SELECT id FROM orders')).map(({ id }) => Number(id)))
    expect(stage.shop.placed().filter(({ id }) => !after.has(id))).toEqual([])
    const authors = await stage.shop.store.rows('SELECT COUNT(*) AS n FROM order_notes WHERE author IS NOT NULL')
    expect(authors).toEqual([{ n: 10 }])
    const [back = ''] = runsOf(stage.home).slice(-1)
    expect(stateOf(back).steps['main.prove']?.status).toBe('ok')
  })

  async function found(): Promise<readonly unknown[]> {
    const { stdout } = await stage.astern(['doctor', '--json'])
    return (JSON.parse(stdout) as { what: string; ok: boolean }[]).map(({ what, ok }) => [what, ok])
  }

  async function planOf(options: readonly string[]): Promise<Plan> {
    const { stdout, stderr } = await stage.astern(['plan', '--json', ...options])
    if (stdout === '') throw new Error(stderr)
    return (JSON.parse(stdout) as { plan: Plan }).plan
  }
})

/** The same, and its server keeps what was written as rows. */
describeWithMariaDb('a database that cannot be reversed, and whose binlog reaches back to its backup', () => {
  let stage: Stage
  beforeEach(async () => {
    const server = ['--log-bin=binlog', '--server-id=1', '--binlog-format=ROW']
    stage = await openStage({ database: 'mariadb', prepare: prepareWithBinlog, server })
    takeWayDown(stage.shop)
    await stage.shop.store.run(
      "GRANT ALL ON `\\_astern\\_%`.* TO 'astern'@'%'; GRANT SUPER, SET USER ON *.* TO 'astern'@'%'",
    )
  })
  afterEach(() => stage?.close())

  test('says which right is missing to read it, and offers it once it is there', async () => {
    const missing = await planOf(['--restore'])
    expect(missing.warnings).toContainEqual(
      "main cannot be replayed into nightly from the binlog: the account astern may not read and replay its server's binlog: GRANT REPLICATION SLAVE ON *.* to it",
    )
    expect([missing.blockers, missing.replayable]).toEqual([[], undefined])
    expect((await planOf(['--restore', '--replay'])).blockers).toEqual([
      expect.stringContaining('GRANT REPLICATION SLAVE'),
    ])
    await stage.shop.store.run("GRANT BINLOG MONITOR, REPLICATION SLAVE, BINLOG REPLAY ON *.* TO 'astern'@'%'")
    expect((await planOf(['--restore'])).replayable).toEqual([
      expect.stringMatching(/^main from binlog\.\d+:\d+, \d+ MB of binlog to read$/),
    ])
  })

  test('is restored to the moment before the release, and the plan names the rows and where they stand as SQL', async () => {
    await stage.shop.store.run("GRANT BINLOG MONITOR, REPLICATION SLAVE, BINLOG REPLAY ON *.* TO 'astern'@'%'")
    const plan = await planOf(['--restore', '--replay'])
    expect(plan.warnings).toContainEqual(
      expect.stringMatching(
        /^main: rows written since nightly, by the binlog: \d+; \d+ come back from it up to .* before migration 20261118\)/,
      ),
    )
    const ran = await stage.astern(await rollbackArgs(stage, ['--restore', '--replay']))
    expect(`${ran.code} ${ran.stdout}${ran.stderr}`).toMatch(/^0 /)
    const [run = ''] = runsOf(stage.home)
    const state = stateOf(run)
    expect(dataSentence(state)).toMatch(
      /^Data: main was restored from nightly and \d+ rows of the binlog: of \d+ rows written since/,
    )
    const ids = new Set((await stage.shop.store.rows('SELECT id FROM orders')).map(({ id }) => Number(id)))
    expect(stage.shop.placed().filter(({ id }) => !ids.has(id))).toEqual([])
    const sql = readFileSync(join(run, 'evidence', 'main.replay.sql'), 'utf8')
    const rows = sql.match(/^(?:INSERT INTO|UPDATE|DELETE FROM) /gm) ?? []
    expect(state.steps['main.replay']?.observed).toMatchObject({ rows: rows.length })
    expect(readFileSync(join(run, 'journal.jsonl'), 'utf8')).not.toContain('seeded note')
    const undone = await undoByHash(stage, run)
    expect(undone.stdout).toContain('1.2.2 -> 1.3.0, database first')
    const after = new Set((await stage.shop.store.rows('SELECT id FROM orders')).map(({ id }) => Number(id)))
    expect(stage.shop.placed().filter(({ id }) => !after.has(id))).toEqual([])
  }, 300_000)

  async function planOf(options: readonly string[]): Promise<Plan> {
    const { stdout, stderr } = await stage.astern(['plan', '--json', ...options])
    if (stdout === '') throw new Error(stderr)
    return (JSON.parse(stdout) as { plan: Plan }).plan
  }
})

/** Customers have ordered since, with rows updated and gone, before the bad release comes. */
function prepareWithBinlog(shop: Shop): void {
  backUp(shop)
  const sql =
    "UPDATE shop.orders SET state = 'placed' WHERE id <= 5; UPDATE shop.orders SET note = 'changed since' WHERE id = 1"
  execFileSync('mariadb', ['-u', 'root', '-S', shop.database, '-e', sql])
}
