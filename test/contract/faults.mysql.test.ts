import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InjectFault } from '../../src/state/drill/command.ts'
import type { Account } from '../../src/state/manifest.ts'
import { databaseLook } from '../../src/targets/databases/looks.ts'
import { databaseMeans } from '../../src/targets/looks.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { faultMeans, handsOn, manifestWith } from './faults-stage.ts'
import { faultContract, type FaultWorld } from './faults-suite.ts'
import { contextOf, permitFor, quiet, until } from './services-shop.ts'

describeWithMariaDb('a MariaDB database', () => {
  let server: MariaDb
  let count = 0
  beforeAll(async () => {
    server = await startMariaDb(['--log-bin-trust-function-creators=OFF'])
  })
  afterAll(() => server.remove())

  const schema = async (): Promise<{ readonly root: Connection; readonly name: string }> => {
    count += 1
    const name = `shop_${count}`
    const root = await server.root()
    await root.query(`CREATE DATABASE ${name}`)
    await root.query(`USE ${name}`)
    await root.query('CREATE TABLE orders (id INT PRIMARY KEY, note TEXT)')
    await root.query("INSERT INTO orders VALUES (1, 'one'), (2, 'two')")
    await root.query('CREATE TRIGGER see BEFORE UPDATE ON orders FOR EACH ROW SET NEW.note = TRIM(NEW.note)')
    return { root, name }
  }

  const worldOf = async (
    fault: InjectFault['fault'],
    settings: InjectFault['settings'],
    isHurt: (root: Connection, name: string) => Promise<boolean>,
  ): Promise<FaultWorld> => {
    const { root, name } = await schema()
    const main = databaseOf(server, name, { user: 'root', password: null })
    const hands = handsOn(manifestWith({ databases: { main } }), '/var/empty')
    const look = databaseLook('main', main, databaseMeans(faultMeans('/var/empty'), null))
    return {
      ...hands,
      fault: { fault, target: { kind: 'database', database: 'main' }, settings },
      target: async () => ({
        fingerprint: (await look.observe()).fingerprint,
        triggers: await rows(
          root,
          'SELECT trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = ?',
          name,
        ),
        orders: await rows(root, 'SELECT * FROM orders'),
        drills: await rows(
          root,
          `SELECT id FROM information_schema.processlist WHERE db = ? AND info LIKE '%astern-drill%' AND id <> CONNECTION_ID()`,
          name,
        ),
      }),
      isHurt: () => isHurt(root, name),
      ...(fault === 'statement_failure' ? { leaves: true } : {}),
      close: async () => {
        await Promise.all([hands.close(), look.close()])
        await root.end()
      },
    }
  }

  faultContract('with rows that are locked', () =>
    worldOf('row_locks', {}, root => fails(root, 'SELECT * FROM orders WHERE id = 1 FOR UPDATE NOWAIT')),
  )
  faultContract('with rows of one table that are locked', () =>
    worldOf('row_locks', { table: 'orders' }, root =>
      fails(root, 'SELECT * FROM orders WHERE id = 1 FOR UPDATE NOWAIT'),
    ),
  )
  faultContract('whose processors are busy', () => worldOf('slow_queries', { sessions: 1 }, isBusy))
  faultContract('with statements that fail', () =>
    worldOf('statement_failure', { table: 'orders' }, root => fails(root, "UPDATE orders SET note = 'changed'")),
  )

  test('lets its rows go by its own clock where whoever locked them stands still', async () => {
    const world = await worldOf('row_locks', {}, root =>
      fails(root, 'SELECT * FROM orders WHERE id = 1 FOR UPDATE NOWAIT'),
    )
    const director = world.director()
    const fault: InjectFault = { kind: 'drill.inject', inject: 'one', ...world.fault, expiresMs: 3_000 }
    try {
      const put = await director.apply(fault, 'run-1')
      director.freeze()
      expect(put).toMatchObject({ ok: true })
      await until(async () => !(await world.isHurt()))
      expect((await world.act.seen()).filter(one => !one.ok || one.value.length > 0)).toEqual([])
    } finally {
      await director.kill()
      await world.close()
    }
  })

  test('keeps its fingerprint while a drill makes statements fail, whatever triggers come after', async () => {
    const world = await worldOf('statement_failure', { table: 'orders' }, () => Promise.resolve(false))
    const { root, name } = await schema()
    await root.query(`USE shop_${count - 1}`)
    const print = async () => ((await world.target()) as { fingerprint: string }).fingerprint
    const fault: InjectFault = { kind: 'drill.inject', inject: 'one', ...world.fault, expiresMs: 600_000 }
    try {
      const [bare, made] = [
        await print(),
        'CREATE TRIGGER later BEFORE UPDATE ON orders FOR EACH ROW SET NEW.id = OLD.id',
      ]
      expect(await world.act.apply(fault, permitFor(fault), contextOf(), quiet)).toMatchObject({ ok: true })
      expect(await print()).toBe(bare)
      await root.query(made)
      const during = await print()
      const undo = { kind: 'drill.undo', injected: fault } as const
      expect(await world.act.apply(undo, permitFor(undo), contextOf(), quiet)).toMatchObject({ ok: true })
      expect(await print()).toBe(during)
      expect(during).not.toBe(bare)
    } finally {
      await root.query(`DROP DATABASE ${name}`)
      await root.end()
      await world.close()
    }
  })

  test('refuses a drill that its account may not hurt it for, and says what would let it', async () => {
    const { root, name } = await schema()
    await root.query(`CREATE USER drill IDENTIFIED BY 'a-drill-password'`)
    await root.query(`GRANT SELECT, UPDATE ON ${name}.* TO drill`)
    const main = databaseOf(server, name, { user: 'drill', password: 'a-drill-password' })
    const hands = handsOn(manifestWith({ databases: { main } }), '/var/empty')
    const able = async (settings: InjectFault['settings']) => {
      const answer = await hands.act.able({
        id: 'one',
        when: { kind: 'time', afterMs: 0 },
        fault: 'statement_failure',
        settings,
        target: { kind: 'database', database: 'main' },
        expiresMs: 1,
        text: null,
        wantsAnswer: false,
      })
      return answer.ok ? answer.value : `${answer.fault.what}. ${answer.fault.next}`
    }
    try {
      expect(await able({})).toMatch(/does not say which table/)
      expect(await able({ table: 'nothing' })).toMatch(/there is no table nothing/)
      expect(await able({ table: 'orders' })).toBe(
        `Inject one cannot be done: the account drill may make no triggers. GRANT TRIGGER ON \`${name}\`.* to it.`,
      )
      await root.query(`GRANT TRIGGER ON ${name}.* TO drill`)
      expect(await able({ table: 'orders' })).toMatch(
        /may make no triggers while the server writes a binlog\. SET GLOBAL/,
      )
      await root.query('SET GLOBAL log_bin_trust_function_creators = 1')
      expect(await able({ table: 'orders' })).toMatch(/^triggers that do nothing any more/)
    } finally {
      await root.query('SET GLOBAL log_bin_trust_function_creators = 0')
      await root.query('DROP USER drill')
      await root.end()
      await hands.close()
    }
  })
})

function databaseOf({ socket }: MariaDb, database: string, account: Account) {
  const server = { kind: 'socket', path: socket } as const
  return {
    kind: 'mysql',
    server,
    database,
    account,
    writers: [],
    readers: [],
    migrations: null,
    invariants: [],
  } as const
}

async function rows(root: Connection, sql: string, ...args: readonly string[]): Promise<unknown> {
  return (await root.query(sql, [...args]))[0]
}

/** Refused, and taken back where it is not. */
async function fails(root: Connection, sql: string): Promise<boolean> {
  await root.query('START TRANSACTION')
  try {
    await root.query(sql)
    return false
  } catch {
    return true
  } finally {
    await root.query('ROLLBACK')
  }
}

async function isBusy(root: Connection, name: string): Promise<boolean> {
  const [busy] = await root.query(
    "SELECT id FROM information_schema.processlist WHERE db = ? AND info LIKE '%BENCHMARK%' AND id <> CONNECTION_ID()",
    [name],
  )
  return Array.isArray(busy) && busy.length > 0
}
