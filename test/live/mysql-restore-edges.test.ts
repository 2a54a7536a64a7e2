import { spawn } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { roomBlockers } from '../../src/state/planner/restore-room.ts'
import type { BackupNamed } from '../../src/state/restore-command.ts'
import type { Restore } from '../../src/state/planner/restore-steps.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { backupOf, openShop, restoring, type Taken } from '../mariadb/restore-stage.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { applied, configOf } from '../mariadb/shop.ts'

/** Backups that must not take the place of anything: each test turns red when its handling is taken out (`test/guards`). */
describeWithMariaDb('a backup', () => {
  let server: MariaDb
  let root: Connection
  let act: DatabaseAct
  let backup: Taken
  let database = ''
  let side = ''
  let count = 0
  beforeAll(async () => void (server = await startMariaDb()))
  afterAll(() => server?.remove())
  beforeEach(async () => {
    count += 1
    database = `shop_${count}`
    side = `_astern_r1_${database}`
    root = await openShop(server, database)
    act = mysqlAct(configOf(server, database))
  })
  afterEach(async () => {
    await act.close()
    backup?.remove()
    await root.end()
  })

  test('is loaded into its own schema alone, and into the binlog, whatever its lines say', async () => {
    backup = await backupOf(server, database, 'mysqldump')
    await root.query(`CREATE DATABASE other_${count}`)
    const away = [
      'SET @@SESSION.SQL_LOG_BIN= 0;',
      'SET GLOBAL max_connections = 77;',
      `USE \`other_${count}\`;`,
      'CREATE TABLE pawned (id INT);',
      '',
    ]
    const lines = readFileSync(backup.path, 'utf8').split('\n')
    const head = lines.findIndex(line => line.startsWith('-- MariaDB dump')) + 1
    writeFileSync(backup.path, lines.toSpliced(head, 0, ...away).join('\n'))
    await root.query(`GRANT ALL ON other_${count}.* TO astern_${database}@'%'`)
    await loaded(backup)
    expect(await rows(`SHOW TABLES IN other_${count}`)).toEqual([])
    expect(await rows('SELECT @@GLOBAL.max_connections <> 77 AS same')).toEqual([{ same: 1 }])
    const tables = (await rows(`SHOW TABLES IN ${side}`)).map(row => Object.values(row)[0])
    expect(tables).toEqual(expect.arrayContaining(['orders', 'customers']))
    const logged = (await rows("SHOW BINLOG EVENTS IN 'binlog.000001'")).map(({ Info }) => String(Info))
    expect(
      logged.filter(info => info.includes(`use \`${side}\``) && info.includes('CREATE TABLE `orders`')),
    ).toHaveLength(1)
  })

  test('that lacks rows does not take the place of tables that have them', async () => {
    await root.query('DELETE FROM items WHERE order_id = 60')
    await root.query('DELETE FROM orders WHERE id = 60')
    backup = await backupOf(server, database, 'mysqldump')
    await root.query('INSERT INTO orders (id, customer_id, total) VALUES (60, 1, 60)')
    const whole = backup.tables.map(({ name }) => ({ name, rows: name === 'orders' ? 60 : null }))
    await loaded({ ...backup, tables: whole })
    expect(await verified({ ...backup, tables: whole })).toMatchObject({
      ok: false,
      fault: {
        code: 'database.backup-not-whole',
        what: expect.stringContaining('rows of orders: expected 60, got 59'),
      },
    })
    expect(await verified(backup)).toMatchObject({ ok: true })
  })

  test('that has another schema than was recorded, or rows that refer to nothing, takes the place of nothing', async () => {
    await root.query('SET SESSION foreign_key_checks = 0')
    await root.query('INSERT INTO orders (id, customer_id, total) VALUES (77, 99, 1)')
    backup = await backupOf(server, database, 'mydumper')
    await root.query('DELETE FROM orders WHERE id = 77')
    await loaded(backup)
    const refused = await verified(backup, 'another')
    expect(refused).toMatchObject({ ok: false, fault: { code: 'database.backup-not-whole' } })
    const what = refused.ok ? '' : refused.fault.what
    expect(what).toMatch(/rows of orders without customers \(.*\): expected 0, got 1/)
    expect(what).toContain('schema fingerprint: expected another')
  })

  test('takes the place of nothing that another schema refers to', async () => {
    backup = await backupOf(server, database, 'mydumper')
    await root.query(`CREATE DATABASE bills_${count}`)
    await root.query(
      `CREATE TABLE bills_${count}.bills (id INT PRIMARY KEY, order_id INT, FOREIGN KEY (order_id) REFERENCES ${database}.orders (id))`,
    )
    await root.query(`GRANT SELECT ON bills_${count}.* TO astern_${database}@'%'`)
    await loaded(backup)
    expect(await verified(backup)).toMatchObject({
      ok: false,
      fault: { code: 'database.tied-outside', what: expect.stringContaining(`bills_${count}.bills refers to orders`) },
    })
  })

  test('is not loaded over a schema that somebody else has made', async () => {
    backup = await backupOf(server, database, 'mydumper')
    await root.query(`CREATE DATABASE ${side}`)
    await root.query(`CREATE TABLE ${side}.precious (id INT)`)
    const [load] = restoring(backup)
    expect((await applied(act, required(load))).outcome).toMatchObject({
      ok: false,
      fault: { code: 'database.side-taken' },
    })
    expect((await rows(`SHOW TABLES IN ${side}`)).map(row => Object.values(row)[0])).toEqual(['precious'])
  })

  test('that does not fit beside what serves blocks the plan', async () => {
    backup = await backupOf(server, database, 'mydumper')
    const declared = { tool: 'mydumper', dir: join(backup.path, '..') } as const
    const config = configOf(server, database)
    const looking = mysqlAct({ ...config, database: { ...config.database, backups: declared } })
    const blockers = async (): Promise<readonly string[]> => {
      const fact = await looking.backups(false)
      const [newest] = fact?.backups ?? []
      if (fact == null || newest === undefined) throw new Error('it is not found')
      expect(fact.freeBytes).toBeGreaterThan(0)
      return roomBlockers({ name: 'main', backup: newest } as Restore, fact)
    }
    expect(await blockers()).toEqual([])
    const orders = readdirSync(backup.path).find(name => /\.orders\.(?:\d+\.)?sql/.test(name)) ?? ''
    const { freeBytes } = (await looking.backups(false)) ?? {}
    // A hole in a file takes no room.
    truncateSync(join(backup.path, orders), freeBytes ?? 0)
    expect(await blockers()).toEqual([expect.stringMatching(/^main: no room to load nightly beside it: about \d+ MB /)])
    await looking.close()
  })

  test('is no longer loaded by anybody once the engine that loads it is gone', async () => {
    backup = await backupOf(server, database, 'mysqldump')
    appendFileSync(backup.path, 'SELECT SLEEP(600);\n')
    const [load] = restoring(backup)
    const { name, database: declared, lockWaitSeconds } = configOf(server, database)
    const given = { config: { name, database: declared, lockWaitSeconds }, commands: [load], kill: null }
    const worker = resolve(import.meta.dirname, '../mariadb/worker.mjs')
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', worker, JSON.stringify(given)])
    await expect.poll(() => processesOf(`--one-database.*${side}`), { timeout: 60_000 }).toHaveLength(1)
    await expect
      .poll(
        () =>
          rows(
            "SELECT id FROM information_schema.processlist WHERE info LIKE '%SLEEP(600)%' AND id <> CONNECTION_ID()",
          ),
        { timeout: 60_000 },
      )
      .toHaveLength(1)
    child.kill('SIGKILL')
    await expect.poll(() => processesOf(`--one-database.*${side}`), { timeout: 10_000 }).toEqual([])

    await root.query(`CREATE TABLE ${side}.half (id INT)`)
    writeFileSync(backup.path, readFileSync(backup.path, 'utf8').replace('SELECT SLEEP(600);', ''))
    await loaded(backup)
    expect(await rows(`SHOW TABLES IN ${side} LIKE 'half'`)).toEqual([])
    expect(await verified(backup)).toMatchObject({ ok: true })
  })

  test('gives no number away a second time, though what had it since stays behind', async () => {
    backup = await backupOf(server, database, 'mysqldump')
    await root.query('INSERT INTO orders (customer_id, total) VALUES (1, 61)')
    for (const command of restoring(backup).filter(({ kind }) => kind !== 'database.salvage'))
      expect((await applied(act, command)).outcome).toMatchObject({ ok: true })
    await root.query('INSERT INTO orders (customer_id, total) VALUES (1, 62)')
    expect(await rows('SELECT id FROM orders WHERE id > 60')).toEqual([{ id: 62 }])
  })

  test('brings views back that stand on others, whatever they are called', async () => {
    await root.query('CREATE VIEW z_base AS SELECT id FROM orders')
    await root.query('CREATE VIEW a_top AS SELECT id FROM z_base')
    backup = await backupOf(server, database, 'mydumper')
    await root.query('DROP VIEW a_top, z_base')
    for (const command of restoring(backup)) {
      const { outcome, lines } = await applied(act, command)
      expect(outcome, lines.join('\n')).toMatchObject({ ok: true })
    }
    expect(await rows('SELECT COUNT(*) AS n FROM a_top')).toEqual([{ n: 60 }])
  })

  test('changes places with what serves in one statement, so that nobody meets half of it', async () => {
    backup = await backupOf(server, database, 'mydumper')
    for (const command of restoring(backup).slice(0, 5))
      expect((await applied(act, command)).outcome).toMatchObject({ ok: true })
    const sent = (await server.log()).filter(
      ({ account, sql }) => account === `astern_${database}` && sql.includes('RENAME TABLE'),
    )
    expect(sent.map(({ sql }) => sql.split(' TO ').length > 10)).toEqual([true])
  })

  async function loaded(named: BackupNamed): Promise<void> {
    const { outcome, lines } = await applied(act, required(restoring(named)[0]))
    expect(outcome, lines.join('\n')).toMatchObject({ ok: true })
  }

  async function verified(named: BackupNamed, fingerprint = '') {
    const verify = restoring(named)[1]
    if (verify?.kind !== 'database.verify') throw new Error('the second step of a restore proves')
    return (await applied(act, { ...verify, fingerprint })).outcome
  }

  async function rows(sql: string): Promise<readonly Record<string, unknown>[]> {
    return (await root.query(sql))[0] as Record<string, unknown>[]
  }
})

function required(command: DatabaseCommand | undefined): DatabaseCommand {
  if (command === undefined) throw new Error('no such command')
  return command
}

/** Ids of this machine's processes whose words are like this. */
function processesOf(like: string): readonly string[] {
  return readdirSync('/proc').filter(pid => {
    try {
      return RegExp(like).test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
    } catch {
      return false
    }
  })
}
