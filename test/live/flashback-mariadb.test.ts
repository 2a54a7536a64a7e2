import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataSentence } from '../../src/state/data-sentence.ts'
import type { Plan } from '../../src/state/plan.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { openStage, rollbackArgs, runsOf, stateOf, undoByHash, type Stage } from './support.ts'

/** 1.2.3 brought no migration; it wrote what nobody had asked for. */
describeWithMariaDb('rows that a bad release damaged', () => {
  let stage: Stage
  beforeEach(async () => {
    const server = ['--log-bin=binlog', '--server-id=1', '--binlog-format=ROW']
    stage = await openStage({ bad: '1.2.3', database: 'mariadb', server })
    await stage.shop.store.run(
      "GRANT ALL ON `\\_astern\\_%`.* TO 'astern'@'%'; GRANT BINLOG MONITOR, REPLICATION SLAVE, BINLOG REPLAY ON *.* TO 'astern'@'%'",
    )
  })
  afterEach(() => stage?.close())

  test('are taken back with the rollback while customers order, shown as SQL before, and written again by an undo', async () => {
    const before = await rows()
    const from = await here()
    await stage.shop.store.run(
      "UPDATE orders SET state = 'lost', note = NULL WHERE id <= 20; DELETE FROM orders WHERE id = 21",
    )
    const until = await here()
    const damaged = await rows()
    expect(damaged).not.toEqual(before)
    const options = [`--flashback=${from}..${until}`, '--table=orders']
    const plan = await planOf(options)
    expect([plan.blockers, plan.order, plan.typed.databases]).toEqual([[], 'database first', ['main']])
    expect(plan.warnings).toContainEqual(
      expect.stringMatching(
        /^main: 21 changes of rows are taken back, binlog\.\d+:\d+ to binlog\.\d+:\d+: orders 20 updated 1 deleted;/,
      ),
    )
    const ran = await stage.astern(await rollbackArgs(stage, options))
    expect(`${ran.code} ${ran.stdout}${ran.stderr}`).toMatch(/^0 /)
    expect(await rows()).toEqual(before)
    const [run = ''] = runsOf(stage.home)
    const state = stateOf(run)
    expect(dataSentence(state)).toBe('Data: 21 changes of rows of orders of main were taken back.')
    const stops = Object.values(state.steps).filter(({ id }) => id.endsWith('.stop'))
    const weighed = state.steps['main.weigh']?.settledAt ?? ''
    expect(stops.map(({ begunAt }) => (begunAt ?? '') >= weighed)).toEqual(stops.map(() => true))
    const sql = join(run, 'evidence', 'main.flashback.sql')
    expect(readFileSync(sql, 'utf8').match(/^(?:INSERT INTO|UPDATE) `shop`\.`orders`$/gm)).toHaveLength(21)
    expect(statSync(sql).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(run, 'journal.jsonl'), 'utf8')).not.toContain('seeded note')
    expect(await placedAreThere()).toEqual([])
    await undoByHash(stage, run)
    expect(await rows()).toEqual(damaged)
    expect(await placedAreThere()).toEqual([])
  }, 300_000)

  test('hold the run before anything stops where somebody has written to one of them since', async () => {
    const from = await here()
    await stage.shop.store.run("UPDATE orders SET state = 'lost' WHERE id <= 20")
    const until = await here()
    await stage.shop.store.run("UPDATE orders SET note = 'seen to by hand' WHERE id = 7")
    const ran = await stage.astern(await rollbackArgs(stage, [`--flashback=${from}..${until}`, '--table=orders']))
    expect(ran.code).toBe(4)
    const [run = ''] = runsOf(stage.home)
    const state = stateOf(run)
    expect(state.steps['main.weigh']?.fault).toMatchObject({
      code: 'database.flashback-conflicts',
      what: 'Rows of database main do not stand as they were written: orders 7 (changed since)',
    })
    expect(Object.values(state.steps).filter(({ id, begunAt }) => id.endsWith('.stop') && begunAt !== null)).toEqual([])

    // As an attempt leaves it whose engine was lost on its way.
    const left = `_astern_${basename(run).replaceAll(/\W/g, '_')}_shop_back`
    await stage.shop.store.run(`CREATE DATABASE ${left}`)
    expect((await stage.astern(['stop', basename(run), '--reason', 'by hand'])).code).toBe(0)
    expect(await stage.shop.store.rows(`SHOW DATABASES LIKE '${left}'`)).toEqual([])
    expect(stateOf(run).steps['main.tidy']).toMatchObject({ status: 'ok', says: `${left}: dropped` })
  })

  test('are not taken back by half a command', async () => {
    const words = async (options: readonly string[]) => (await stage.astern(['rollback', ...options])).stderr
    expect(await words(['--flashback=yesterday..today', '--table=orders'])).toContain('is not two moments')
    expect(await words(['--flashback=b.000001:4..b.000001:9'])).toContain('--flashback wants --table')
    expect(await words(['--table=orders'])).toContain('go with --flashback')
    expect((await planOf(['--flashback=binlog.000099:4..binlog.000099:9', '--table=orders'])).blockers).toEqual([
      expect.stringMatching(
        /^main: rows cannot be taken back: binlog\.000099 is gone: the oldest file there is binlog\.000001$/,
      ),
    ])
  })

  async function rows(): Promise<readonly unknown[]> {
    return stage.shop.store.rows('SELECT id, customer_id, sku, quantity, note FROM orders WHERE id <= 37 ORDER BY id')
  }

  async function here(): Promise<string> {
    const [one] = await stage.shop.store.rows('SHOW MASTER STATUS')
    return `${String(one?.['File'])}:${String(one?.['Position'])}`
  }

  async function placedAreThere(): Promise<readonly unknown[]> {
    const ids = new Set((await stage.shop.store.rows('SELECT id FROM orders')).map(({ id }) => Number(id)))
    return stage.shop.placed().filter(({ id }) => !ids.has(id) && id > 37)
  }

  async function planOf(options: readonly string[]): Promise<Plan> {
    const { stdout, stderr } = await stage.astern(['plan', '--json', ...options])
    if (stdout === '') throw new Error(stderr)
    return (JSON.parse(stdout) as { plan: Plan }).plan
  }
})
