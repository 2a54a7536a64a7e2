import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'
import type { Manifest, MysqlDatabase } from '../../src/state/manifest.ts'
import type { Assertion, Check } from '../../src/state/check.ts'
import { cellsOf, type Cell } from '../../src/targets/cells.ts'
import { until } from '../contract/services-shop.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { configOf, makeAccounts } from '../mariadb/shop.ts'
import { checkOf, run, said } from '../runners/suite.ts'

describeWithMariaDb('a check of a database', () => {
  let server: MariaDb
  let root: Connection
  let cell: Cell
  beforeAll(async () => {
    server = await startMariaDb()
    root = await server.root()
    await root.query('CREATE DATABASE shop')
    await root.query('CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(20))')
    await root.query("INSERT INTO shop.orders VALUES (1, 'paid'), (2, 'stuck')")
    await makeAccounts(root, 'shop')
    cell = cellsOf(manifestOf(configOf(server, 'shop').database), means)
  })
  afterAll(async () => {
    await root?.end()
    await server?.remove()
  })

  const asked = (sql: string, asserts: readonly Assertion[], more: Partial<Check> = {}): Promise<string> =>
    said({ kind: 'sql', database: 'main', sql }, asserts, more, { cell })

  test('passes and fails by its first cell, and only ever reads', async () => {
    const stuck = "SELECT COUNT(*) FROM orders WHERE state = 'stuck'"
    expect(
      await asked(stuck, [
        { kind: 'cell', equals: 1 },
        { kind: 'cell', atMost: 5 },
      ]),
    ).toBe('pass: cell 1, cell 1')
    expect(await asked(stuck, [{ kind: 'cell', equals: 0 }])).toBe('fail: expected cell 0, got 1')
    expect(await asked('DELETE FROM orders', [{ kind: 'cell', equals: 0 }])).toMatch(/^inconclusive: /)
    const [rows] = await root.query('SELECT COUNT(*) AS n FROM shop.orders')
    expect(rows).toEqual([{ n: 2 }])
  })

  test('shows nothing where it cannot be asked, and fails at its deadline where it does not answer', async () => {
    expect(await asked('SELECT COUNT(*) FROM nothing', [{ kind: 'cell', equals: 0 }])).toMatch(/^inconclusive: /)
    expect(await asked('SELECT SLEEP(30)', [{ kind: 'cell', equals: 0 }], { timeoutMs: 1000 })).toBe(
      'fail: no answer from main in 1000 ms',
    )
  })

  test('that hangs holds up no other of the same database, and the server ends it soon after its time', async () => {
    const sleeps = Array.from({ length: 12 }, (_, index) =>
      checkOf(
        `hung ${index}`,
        { kind: 'sql', database: 'main', sql: 'SELECT SLEEP(600)' },
        [{ kind: 'cell', equals: 0 }],
        {
          timeoutMs: 2000,
        },
      ),
    )
    const quick = checkOf('quick', { kind: 'sql', database: 'main', sql: 'SELECT 1' }, [{ kind: 'cell', equals: 1 }])
    const results = await run([...sleeps, quick], { cell })
    expect(results.map(({ verdict }) => verdict)).toEqual([...sleeps.map(() => 'fail'), 'pass'])
    await until(async () => {
      const [rows] = await root.query("SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP%'")
      return (rows as readonly unknown[]).length === 0
    })
  })
})

const means = { resolve: (text: string) => Promise.resolve(text), now: () => new Date(), databaseChild: '' }

function manifestOf(main: MysqlDatabase): Manifest {
  const loaded = parseManifest('environment: { name: shop, class: drill }\nhosts: {}\nservices: {}\n', '/')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return { ...loaded.manifest, databases: { main } }
}
