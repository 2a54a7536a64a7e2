import { execFileSync } from 'node:child_process'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Shop } from '../../demo/stage.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { lastWords, netOf, startWriter, type Values, type Writer } from '../mariadb/writers-log.ts'
import { backUp, takeWayDown } from './restorable.ts'
import { openStage, rollbackArgs, runsOf, stateOf, type Stage } from './support.ts'

vi.setConfig({ testTimeout: 300_000 })

/** On a machine that is busy fewer than 200 a second are acknowledged; below this nothing was written at the same time at all. */
const floor = 20
const parcels = 5000

/** Tied to what the migration touched, and no part of it: they change places too. What they hang on or write to beside stays. */
const post = [
  'CREATE TABLE post_customers (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL)',
  "INSERT INTO post_customers VALUES (1, 'ana'), (2, 'ben'), (3, 'cleo')",
  'CREATE TABLE post_orders (id INT AUTO_INCREMENT PRIMARY KEY, customer_id INT NOT NULL, total DECIMAL(10,2) NOT NULL, of_order INT NOT NULL DEFAULT 1, FOREIGN KEY (customer_id) REFERENCES post_customers (id), FOREIGN KEY (of_order) REFERENCES orders (id))',
  `INSERT INTO post_orders (id, customer_id, total) SELECT seq, 1 + seq MOD 3, seq FROM seq_1_to_${parcels}`,
  'CREATE TABLE post_items (order_id INT NOT NULL, line INT NOT NULL, what VARCHAR(40) NOT NULL, PRIMARY KEY (order_id, line), FOREIGN KEY (order_id) REFERENCES post_orders (id))',
  'CREATE TABLE post_ledger (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(60) NOT NULL)',
  "CREATE FUNCTION post_label(id INT) RETURNS VARCHAR(60) DETERMINISTIC RETURN CONCAT('parcel ', id)",
  'CREATE TRIGGER post_in AFTER INSERT ON post_orders FOR EACH ROW INSERT INTO post_ledger (what) VALUES (post_label(NEW.id))',
  'CREATE VIEW post_totals AS SELECT c.name, SUM(o.total) AS total FROM post_orders o JOIN post_customers c ON c.id = o.customer_id GROUP BY c.name',
  "CREATE EVENT post_tidy ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO DELETE FROM post_ledger WHERE id < 0",
]
const columns: Readonly<Record<string, readonly [key: string, value: string]>> = {
  orders: ['id', 'total'],
  items: ["CONCAT(order_id, ', ', line)", 'what'],
  customers: ['id', 'name'],
}

describeWithMariaDb('a database restored by a whole run under 200 writes a second', () => {
  let stage: Stage
  let writer: Writer | null = null
  beforeEach(async () => {
    stage = await openStage({ database: 'mariadb', prepare })
    takeWayDown(stage.shop)
    await stage.shop.store.run(
      "GRANT ALL ON `\\_astern\\_%`.* TO 'astern'@'%'; GRANT SET USER, SUPER ON *.* TO 'astern'@'%'",
    )
  })
  afterEach(async () => {
    writer?.kill()
    await stage?.close()
  })

  test('has every acknowledged write again, counted row for row as the writer has it, and refused writes inside the fence alone', async () => {
    const before = await standing()
    const hung = await hanging()
    writer = startWriter({ ...accountOf(stage.shop), orders: parcels, prefix: 'post_' })
    const { said, acknowledged, until } = writer
    await until(() => acknowledged().length >= 200)
    const ran = await stage.astern(await rollbackArgs(stage, ['--restore']))
    expect(`${ran.code} ${ran.stdout}${ran.stderr}`).toMatch(/^0 /)
    const again = acknowledged().length
    await until(() => acknowledged().length >= again + 100)
    await writer.end()

    const [run = ''] = runsOf(stage.home)
    const { steps } = stateOf(run)
    const at = (step: string, end: 'begunAt' | 'settledAt'): number => Date.parse(steps[step]?.[end] ?? '')
    const [closed, opened] = [at('main.fence', 'begunAt'), at('main.unfence', 'settledAt')]
    const refused = said.filter(one => one.refused !== undefined)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.filter(one => one.at < closed || one.at > opened + 100)).toEqual([])

    // The one write that the fence cut off was answered by nobody: it may count or not.
    const quiet = said.findIndex(one => one.refused !== undefined)
    const unsure = said[quiet]?.unsure ?? null
    const [log, since] = [said.slice(0, quiet), await noted()]
    const counting = unsure === null || isDeepStrictEqual(netOf(log, before), since) ? [] : [{ at: 0, ...unsure }]
    expect(since).toEqual(netOf([...log, ...counting], before))
    expect(countedIn(steps['main.capture']?.observed)).toEqual(
      Object.fromEntries(Object.entries(since).map(([table, rows]) => [table, Object.keys(rows).length])),
    )
    const all = [...log, ...counting, ...said.slice(quiet)]
    expect(await standing()).toEqual(lastWords(all, before))
    expect(
      await stage.shop.store.rows("SELECT tbl, row_key, why FROM _astern_conflicts WHERE tbl LIKE 'post%'"),
    ).toEqual([])
    // By the trigger each parcel is written down once, and not again when it returns.
    const came = all.filter(
      ({ table, key = '', value }) => table === 'orders' && Number(key) > parcels && value?.endsWith('.00'),
    )
    expect(await stage.shop.store.rows('SELECT COUNT(*) AS n, COUNT(DISTINCT what) AS d FROM post_ledger')).toEqual([
      { n: came.length, d: came.length },
    ])
    expect(await hanging()).toEqual(hung)

    const beside = acknowledged().filter(
      one => one.at >= at('main.load', 'begunAt') && one.at <= at('main.verify', 'settledAt'),
    )
    const seconds = ((said.at(-1)?.at ?? 0) - (said[0]?.at ?? 0) - (opened - closed)) / 1000
    const rate = Math.round(acknowledged().length / seconds)
    process.stdout.write(
      `${acknowledged().length} writes acknowledged, ${rate} a second, ${beside.length} of them while the backup was loaded and proven; fence ${opened - closed} ms, ${refused.length} refusals in it\n`,
    )
    expect(rate).toBeGreaterThan(floor)
    expect(beside.length).toBeGreaterThan(0)
  })

  async function standing(): Promise<Values> {
    return valuesOf(([key, value], table) => `SELECT ${key} AS k, ${value} AS v FROM post_${table}`)
  }

  /** Of each row how it differs from the backup, as the run noted it. */
  async function noted(): Promise<Values> {
    const [side] = await stage.shop.store.rows('SELECT side FROM _astern_sides')
    return valuesOf(
      ([key], table) =>
        `SELECT ${key} AS k, _astern_how AS v FROM ${String(side?.['side'])}._astern_since_post_${table}`,
    )
  }

  async function valuesOf(sql: (of: readonly [string, string], table: string) => string): Promise<Values> {
    const found: Record<string, Record<string, string>> = {}
    for (const [table, of] of Object.entries(columns)) {
      const rows = await stage.shop.store.rows(sql(of, table))
      found[table] = Object.fromEntries(rows.map(({ k, v }) => [String(k), String(v)]))
    }
    return found
  }

  /** Triggers, views, routines and events, as the server tells them. */
  async function hanging(): Promise<readonly unknown[]> {
    return stage.shop.store.rows(
      `SELECT 'trigger' AS kind, trigger_name AS name, action_statement AS text, definer FROM information_schema.triggers WHERE trigger_schema = 'shop'
        UNION ALL SELECT 'view', table_name, view_definition, definer FROM information_schema.views WHERE table_schema = 'shop'
        UNION ALL SELECT 'routine', routine_name, routine_definition, definer FROM information_schema.routines WHERE routine_schema = 'shop'
        UNION ALL SELECT CONCAT('event ', status), event_name, event_definition, definer FROM information_schema.events WHERE event_schema = 'shop' ORDER BY 1, 2`,
    )
  }
})

function prepare(shop: Shop): void {
  execFileSync('mariadb', ['-u', 'root', '-S', shop.database, 'shop', '-e', post.join(';\n')])
  backUp(shop)
}

/** The shop's own, which the run fences. */
function accountOf({ env }: Shop): Readonly<Record<string, unknown>> {
  const { port, username, password } = new URL(env['SHOP_DB'] ?? '')
  return { port: Number(port), user: username, password, database: 'shop' }
}

function countedIn(observed: unknown): Readonly<Record<string, number>> {
  const counted = observed as { table: string; inserted: number; updated: number; deleted: number }[]
  return Object.fromEntries(
    counted.flatMap(({ table, inserted, updated, deleted }) =>
      table.startsWith('post_') ? [[table.slice('post_'.length), inserted + updated + deleted]] : [],
    ),
  )
}
