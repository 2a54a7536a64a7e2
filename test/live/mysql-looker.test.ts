import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { effectOf } from '../../src/state/sql/effect.ts'
import { mysqlLook } from '../../src/targets/databases/mysql/look.ts'
import type { DatabaseLook } from '../../src/targets/databases/port.ts'
import { shop } from '../contract/databases.contract.ts'
import { configOf, context, statementOf } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

let server: MariaDb
let root: Connection
let look: DatabaseLook

beforeAll(async () => {
  server = await startMariaDb()
  root = await server.root()
  await root.query('CREATE DATABASE shop')
  await root.query('USE shop')
  for (const sql of [...shop, "CREATE USER looker@'%'", "GRANT SELECT ON shop.* TO looker@'%'"]) await root.query(sql)
  await root.query('CREATE TRIGGER t AFTER INSERT ON orders FOR EACH ROW SET @x = 1')
  const { account, ...config } = configOf(server, 'shop').database
  look = mysqlLook({
    ...configOf(server, 'shop'),
    database: { ...config, account: { ...account, user: 'nobody' }, reader: { user: 'looker', password: null } },
  })
})
afterAll(async () => {
  await look.close()
  await root.end()
  await server.remove()
})

test('whoever may only SELECT sees the database at work, and sends it nothing that writes or locks', async () => {
  await server.forgetLog()
  const fact = await look.observe()
  expect(fact).toMatchObject({
    fault: null,
    applied: ['1', '2'],
    rows: { customers: 1, notes: 3, orders: 3 },
    unseen: expect.arrayContaining(['triggers (TRIGGER is not granted)']),
  })
  expect(await look.pulse()).toEqual({ ok: true, value: { works: [] } })
  const down = [{ sql: 'DROP TABLE notes', effects: [effectOf('DROP TABLE notes')] }]
  const migration = { version: '2', name: 'x', up: [], compatibleWith: [], down }
  expect(await look.atRisk([migration])).toMatchObject({ ok: true, value: [{ table: 'notes', rows: 3 }] })
  expect(await look.prechecks(down)).toEqual({ ok: true, value: [] })
  expect(await look.archives()).toEqual({ ok: true, value: [] })
  expect(await look.conflicts(context)).toEqual({ ok: true, value: [] })
  expect(await look.cell('SELECT COUNT(*) FROM orders')).toEqual({ ok: true, value: 3 })
  expect(await look.probe(statementOf('DROP TABLE notes'), context)).toMatchObject({ verdict: 'not yet' })
  const fence = { kind: 'database.fence', database: 'main', writers: ['shop@%'], readers: [] } as const
  // Who else is there, only an account with PROCESS is told.
  expect(await look.probe(fence, context)).toMatchObject({ verdict: 'unclear' })
  const sent = (await server.log())
    .filter(({ account, kind }) => account === 'looker' && kind === 'Query')
    .map(({ sql }) => sql)
  expect(sent.length).toBeGreaterThan(20)
  const harmless = /^(SELECT|SHOW|SET SESSION (max_statement_time = \d+|TRANSACTION READ ONLY)$)/
  expect(
    sent.filter(
      sql => !harmless.test(sql.trimStart()) || /FOR UPDATE|LOCK IN SHARE|GET_LOCK|INTO\s+OUTFILE/i.test(sql),
    ),
  ).toEqual([])
})
