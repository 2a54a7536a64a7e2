import { createConnection, type Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { mysqlLook } from '../../src/targets/databases/mysql/look.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { backupOf, openShop, restoring, type Taken } from '../mariadb/restore-stage.ts'
import { applied, configOf, context } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

let server: MariaDb
let root: Connection
let act: DatabaseAct
let backup: Taken
let count = 0
let database = ''

beforeAll(async () => void (server = await startMariaDb()))
afterAll(() => server.remove())
beforeEach(async () => {
  count += 1
  database = `shop_${count}`
  root = await openShop(server, database)
  for (const sql of accounts(database)) await root.query(sql)
  backup = await backupOf(server, database, 'mydumper')
  for (const sql of release(database)) await root.query(sql)
  act = mysqlAct(configOf(server, database))
})
afterEach(async () => {
  await act.close()
  backup.remove()
  for (const who of ["clerk@'%'", "keeper@'%'"]) await root.query(`DROP USER ${who}`)
  await root.query('DROP ROLE desk')
  await root.end()
})

describe('rights of others', () => {
  test('on tables, columns, views and routines are after a restore what they were, and what the release gave comes again with it', async () => {
    await root.query(`GRANT ALL ON ${database}.* TO astern_${database}@'%' WITH GRANT OPTION`)
    const before = await granted()
    for (const command of restoring(backup)) await done(command)
    expect(await granted()).toEqual(before.filter(line => !line.includes('wrap')))
    expect(await worksFor('clerk')).toEqual([{ n: 4 }, 'tidied', 'priced', { n: 3 }])
    await done({ kind: 'database.swap', database: 'main', direction: 'out' })
    await done({ kind: 'database.hook', database: 'main', as: 'today' })
    expect(await granted()).toEqual(before)
    expect(await worksFor('clerk')).toEqual([{ n: 6 }, 'tidied', 'priced', { n: 3 }])
  })

  test('on routines that come again are named, each with its statement, where Astern may not give them', async () => {
    const before = await granted()
    for (const command of restoring(backup)) await done(command)
    await done({ kind: 'database.swap', database: 'main', direction: 'out' })
    const { outcome } = await applied(act, { kind: 'database.hook', database: 'main', as: 'today' })
    expect(outcome).toMatchObject({
      ok: true,
      says: expect.stringContaining(
        `to be given by somebody who may: GRANT EXECUTE ON PROCEDURE \`${database}\`.\`wrap\` TO \`clerk\`@\`%\``,
      ) as string,
    })
    expect(await granted()).toEqual(before.filter(line => !line.includes('wrap')))
  })

  test('of a restore that an other run takes back are given again too', async () => {
    await root.query(`GRANT ALL ON ${database}.* TO astern_${database}@'%' WITH GRANT OPTION`)
    const before = await granted()
    for (const command of restoring(backup)) await done(command)
    const later = { ...context, run: 'r2' }
    for (const command of [
      { kind: 'database.reclaim', database: 'main', run: 'r1' },
      { kind: 'database.unhook', database: 'main', after: 'r1' },
      { kind: 'database.capture', database: 'main', after: 'r1' },
      { kind: 'database.swap', database: 'main', direction: 'in' },
      { kind: 'database.salvage', database: 'main' },
      { kind: 'database.hook', database: 'main', as: 'backup' },
    ] as const)
      await done(command, later)
    expect(await granted()).toEqual(before)
  })
})

describe('the plan of a restore', () => {
  test('names who would lose rights on routines, with the statements, and is told nothing where they can be given again', async () => {
    const statements = [
      `GRANT EXECUTE ON FUNCTION \`${database}\`.\`doubled\` TO \`clerk\`@\`%\``,
      `GRANT EXECUTE ON FUNCTION \`${database}\`.\`doubled\` TO \`desk\``,
      `GRANT EXECUTE ON PROCEDURE \`${database}\`.\`tidy\` TO \`clerk\`@\`%\` WITH GRANT OPTION`,
      `GRANT EXECUTE ON PROCEDURE \`${database}\`.\`wrap\` TO \`clerk\`@\`%\``,
    ]
    expect(await planned()).toEqual([null, statements])
    await root.query(`GRANT ALL ON ${database}.* TO astern_${database}@'%' WITH GRANT OPTION`)
    expect(await planned()).toEqual([null, undefined])
    await root.query(`REVOKE SELECT ON mysql.* FROM astern_${database}@'%'`)
    await root.query(`GRANT SELECT ON mysql.proc TO astern_${database}@'%'`)
    expect(await planned()).toEqual([null, null])
  })

  test('is blocked where what a restore replaces could not be made again, by all that the account lacks', async () => {
    const who = `astern_${database}@'%'`
    await root.query(`REVOKE SET USER, SUPER ON *.* FROM ${who}`)
    await root.query(`REVOKE SELECT ON mysql.* FROM ${who}`)
    await root.query(`REVOKE TRIGGER, EVENT, CREATE VIEW ON ${database}.* FROM ${who}`)
    const [amiss] = await planned()
    expect(amiss).toBe(
      `the account astern_${database} may not make again what a restore replaces; it lacks TRIGGER, EVENT, CREATE VIEW ON ${database}.*; SET USER ON *.* (for what keeper@%, root@localhost defined); SUPER ON *.* (a binlog is written: without it, no trigger and no function can be made); SELECT ON mysql.proc (to read doubled, tidy, wrap)`,
    )
  })
})

/** Rights by name on each kind of thing, to an account and to a role; a view that only its definer's own grants let work. */
function accounts(schema: string): readonly string[] {
  return [
    "CREATE USER clerk@'%'",
    'CREATE ROLE desk',
    `GRANT SELECT (id, customer_id), UPDATE (total) ON ${schema}.orders TO clerk@'%'`,
    `GRANT SELECT, INSERT ON ${schema}.orders TO desk`,
    `REVOKE ALL ON ${schema}.* FROM keeper@'%'`,
    `GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON ${schema}.* TO keeper@'%'`,
    "CREATE DEFINER=keeper@'%' VIEW names AS SELECT id, name FROM customers",
    `GRANT SELECT ON ${schema}.names TO clerk@'%'`,
    `GRANT EXECUTE ON FUNCTION ${schema}.doubled TO clerk@'%'`,
    `GRANT EXECUTE ON FUNCTION ${schema}.doubled TO desk`,
    `GRANT EXECUTE ON PROCEDURE ${schema}.tidy TO clerk@'%' WITH GRANT OPTION`,
  ]
}

function release(schema: string): readonly string[] {
  return [
    "INSERT INTO schema_migrations VALUES ('2')",
    'ALTER TABLE orders ADD COLUMN note VARCHAR(40)',
    'CREATE OR REPLACE FUNCTION doubled(x INT) RETURNS INT DETERMINISTIC RETURN x * 3',
    'CREATE PROCEDURE wrap() SELECT 1',
    `GRANT EXECUTE ON PROCEDURE ${schema}.wrap TO clerk@'%'`,
    "CREATE OR REPLACE DEFINER=keeper@'%' VIEW names AS SELECT id, name, email FROM customers",
  ]
}

async function granted(): Promise<readonly string[]> {
  const lines: string[] = []
  for (const who of ["clerk@'%'", 'desk', "keeper@'%'"]) {
    const [rows] = await root.query(`SHOW GRANTS FOR ${who}`)
    lines.push(...(rows as object[]).map(row => String(Object.values(row)[0])))
  }
  return lines.sort()
}

/** What the account can do with them, tried. */
async function worksFor(user: string): Promise<readonly unknown[]> {
  const connection = await createConnection({ host: '127.0.0.1', port: server.port, user, database })
  try {
    const [[doubled]] = (await connection.query('SELECT doubled(2) AS n')) as unknown as [[unknown]]
    await connection.query('CALL tidy()')
    await connection.query('UPDATE orders SET total = 1 WHERE id = 1')
    const [[names]] = (await connection.query('SELECT COUNT(*) AS n FROM names')) as unknown as [[unknown]]
    return [doubled, 'tidied', 'priced', names]
  } finally {
    await connection.end()
  }
}

/** Why it could not be restored, and which grants would be lost. */
async function planned(): Promise<readonly unknown[]> {
  const dir = backup.path.slice(0, backup.path.lastIndexOf('/'))
  const look = mysqlLook(configOf(server, database, { backups: { tool: 'mydumper', dir } }))
  try {
    const fact = await look.backups(false)
    return [fact?.amiss, fact?.grantsLost]
  } finally {
    await look.close()
  }
}

async function done(command: DatabaseCommand | undefined, where = context): Promise<void> {
  if (command === undefined) throw new Error('no such command')
  const { outcome, lines } = await applied(act, command, where)
  if (!outcome.ok) throw new Error(JSON.stringify([outcome, lines], null, 1))
}
