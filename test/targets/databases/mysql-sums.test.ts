import fc from 'fast-check'
import { createConnection, type Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Query } from '../../../src/targets/databases/query.ts'
import { sumsHeeded } from '../../../src/targets/databases/mysql/sums/heeded.ts'
import {
  sumTables,
  type SumOptions,
  type SumProgress,
  type TableSum,
} from '../../../src/targets/databases/mysql/sums/sum.ts'
import { describeWithMariaDb } from '../../mariadb/describe.ts'
import { queryOf } from '../../mariadb/query.ts'
import { startMariaDb, type MariaDb } from '../../mariadb/server.ts'

describeWithMariaDb('the sum of a table', () => {
  let server: MariaDb
  let root: Connection

  beforeAll(async () => {
    server = await startMariaDb(['--general-log=OFF', '--skip-log-bin', '--innodb-flush-log-at-trx-commit=0'])
    root = await createConnection({
      socketPath: server.socket,
      user: 'root',
      charset: 'utf8mb4',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    })
    await run('CREATE DATABASE sums CHARACTER SET utf8mb4', 'USE sums')
  })

  afterAll(async () => {
    await root?.end()
    await server?.remove()
  })

  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const sql of statements) await root.query(sql)
  }
  const sum = async (
    table: string,
    more: Partial<SumOptions> = {},
    query: Query = queryOf(root),
  ): Promise<TableSum> => {
    const { sums } = await sumTables(query, [table], { database: 'sums', ...more })
    return sums[0] ?? { table, rows: -1, sum: '' }
  }
  const inTwos: Partial<SumOptions> = { firstRows: 2, chunkMs: 0 }

  const value = fc.constantFrom(null, '', '#', 'a', 'a#b', 'b', '0', '1', '#1', 'A', 'a ', 'ä')
  const row = fc.tuple(value, value, value, fc.constantFrom(null, 0, 1, 2, 10, 21))
  const insert = async (table: string, rows: readonly (readonly unknown[])[], keyed: boolean): Promise<void> => {
    await run(
      `CREATE OR REPLACE TABLE ${table} (${keyed ? 'id int PRIMARY KEY, ' : ''}a varchar(9), b varchar(9), c text, n int)`,
    )
    const values = rows.map((cells, at) => (keyed ? [at, ...cells] : cells))
    if (values.length > 0) await root.query(`INSERT INTO ${table} VALUES ?`, [values])
  }

  test.each([true, false])('differs for any two tables with other rows (with a key: %s)', async keyed => {
    const order = (rows: readonly (readonly unknown[])[]): string =>
      JSON.stringify(keyed ? rows : rows.map(cells => JSON.stringify(cells)).toSorted())
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 4 }), fc.array(row, { maxLength: 4 }), async (one, two) => {
        await insert('one', one, keyed)
        await insert('two', two, keyed)
        const [first, second] = [await sum('one', inTwos), await sum('two', inTwos)]
        expect(first.sum === second.sum && first.rows === second.rows).toBe(order(one) === order(two))
      }),
      { numRuns: 60 },
    )
  })

  test.each([true, false])(
    'differs after one value changed, moved to another column or another row (with a key: %s)',
    async keyed => {
      const cells = fc.tuple(fc.nat(7), fc.nat(2), fc.nat(7), fc.nat(2))
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 8 }), cells, async (rows, [r1, c1, r2, c2]) => {
          const changed = rows.map(each => [...each])
          const [from, to] = [changed[r1 % rows.length], changed[r2 % rows.length]]
          if (from === undefined || to === undefined) return
          const [x, y] = [from[c1] ?? null, to[c2] ?? null]
          from[c1] = y
          to[c2] = x
          await insert('one', rows, keyed)
          await insert('two', changed, keyed)
          const spell = (all: readonly (readonly unknown[])[]): string =>
            JSON.stringify(keyed ? all : all.map(each => JSON.stringify(each)).toSorted())
          const same = (await sum('one')).sum === (await sum('two')).sum
          expect(same).toBe(spell(rows) === spell(changed))
        }),
        { numRuns: 60 },
      )
    },
  )

  test('is the same for the same rows in another order, also for rows that are equal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(row, { maxLength: 8 })
          .chain(rows => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        async ([rows, shuffled]) => {
          await insert('one', rows, false)
          await insert('two', shuffled, false)
          expect(await sum('two')).toEqual({ ...(await sum('one')), table: 'two' })
        },
      ),
      { numRuns: 20 },
    )
  })

  test('differs when two rows swap a value, which XORed CRC32s would not show', async () => {
    await run(
      'CREATE OR REPLACE TABLE one (id int PRIMARY KEY, a varchar(9))',
      "INSERT INTO one VALUES (1, 'x'), (2, 'y')",
      'CREATE OR REPLACE TABLE two LIKE one',
      "INSERT INTO two VALUES (1, 'y'), (2, 'x')",
    )
    const plain = async (table: string): Promise<unknown> =>
      (await root.query(`SELECT BIT_XOR(CRC32(CONCAT_WS('#', id, a))) AS s FROM ${table}`))[0]
    expect(await plain('one')).toEqual(await plain('two'))
    expect((await sum('one')).sum).not.toBe((await sum('two')).sum)
  })

  test('differs when only a key changed, also where a table has nothing but its key', async () => {
    for (const columns of [
      'id int PRIMARY KEY, a varchar(9)',
      'id int PRIMARY KEY',
      'id int, a varchar(9), PRIMARY KEY (id, a)',
    ]) {
      const wide = columns.includes(' a ')
      await run(
        `CREATE OR REPLACE TABLE one (${columns})`,
        `INSERT INTO one VALUES ${wide ? "(1, 'x'), (2, 'y')" : '(1), (2)'}`,
        'CREATE OR REPLACE TABLE two LIKE one',
        `INSERT INTO two VALUES ${wide ? "(1, 'x'), (3, 'y')" : '(1), (3)'}`,
      )
      expect((await sum('one')).sum).not.toBe((await sum('two')).sum)
    }
  })

  test.each([
    ['int', '(-5), (0), (7), (8), (2000000000)'],
    ['bigint unsigned', '(0), (1), (9223372036854775807), (9223372036854775808), (18446744073709551614)'],
    ['bigint', '(-9223372036854775808), (-1), (0), (9223372036854775806)'],
    ['decimal(20,5)', '(-1.5), (0), (0.00001), (12345678901234.5)'],
    ['varchar(20)', "(''), ('a'), ('B'), ('c#'), ('ö'), ('z''x'), ('\\\\'), ('😀')"],
    ['varchar(20) CHARACTER SET latin1', "('a'), ('b'), ('ö'), ('ß'), ('z')"],
    ['varchar(20) CHARACTER SET utf8mb3', "('a'), ('ö'), ('b')"],
    ['char(5) COLLATE utf8mb4_bin', "('a'), ('A'), ('b'), ('B')"],
    ['varbinary(8)', "(''), ('a'), (X'00'), (X'FF27'), (X'5C')"],
    ['date', "('2026-01-01'), ('1000-01-01'), ('9999-12-31')"],
    ['datetime(6)', "('2026-01-01 10:00:00.000001'), ('2026-01-01 10:00:00.000002'), ('2026-01-01')"],
    ['timestamp', "('2026-03-29 01:30:00'), ('2026-10-25 00:30:00'), ('2026-10-25 01:30:00')"],
    ['time(3)', "('-10:00:00.5'), ('00:00:00'), ('800:00:00')"],
    ["enum('z','a','m')", "('z'), ('a'), ('m')"],
    ['double', '(0.1), (1e300), (-2.5)'],
    ['uuid', "('00000000-0000-0000-0000-000000000001'), ('f0000000-0000-4000-8000-000000000001')"],
  ])('reads every row once, by a key of %s', async (type, rows) => {
    await run(
      `CREATE OR REPLACE TABLE keyed (k ${type} NOT NULL PRIMARY KEY, v int DEFAULT 7)`,
      "SET SESSION time_zone = '+00:00'",
      `INSERT INTO keyed (k) VALUES ${rows}`,
      "SET SESSION time_zone = 'SYSTEM'",
    )
    const all = await sum('keyed')
    const [[counted]] = (await root.query('SELECT COUNT(*) AS n FROM keyed')) as unknown as [[{ n: number }]]
    expect(await sum('keyed', { firstRows: 1, chunkMs: 0 })).toEqual(all)
    expect(all.rows).toBe(Number(counted.n))
  })

  test('reads every row once by a key of several columns, each chunk a range of the index and no more', async () => {
    await run(
      'CREATE OR REPLACE TABLE wide (tenant int, name varchar(20), at date, v int, PRIMARY KEY (tenant, name, at))',
      "INSERT INTO wide SELECT seq % 2, CONCAT('n', seq % 7), '2026-01-01' + INTERVAL seq DAY, seq FROM seq_1_to_3000",
      'ANALYZE TABLE wide',
    )
    const asked: string[] = []
    const query = queryOf(root)
    const chunked = await sum('wide', { firstRows: 50, chunkMs: 1 }, (sql, ...args) => {
      if (sql.includes('BIT_XOR')) asked.push(sql)
      return query(sql, ...args)
    })
    expect(chunked).toEqual(await sum('wide'))
    expect(asked.length).toBeGreaterThan(5)
    await run('FLUSH STATUS', asked[3] ?? '')
    const [status] = await root.query("SHOW SESSION STATUS LIKE 'Handler_read_%'")
    const read = (status as { Variable_name: string; Value: string }[]).reduce(
      (total, { Value }) => total + Number(Value),
      0,
    )
    const [[chunk]] = (await root.query(asked[3] ?? '')) as unknown as [[{ n: string }]]
    expect(read).toBeLessThanOrEqual(Number(chunk.n) + 10)
  })

  test('goes over wide gaps between numbers without asking for them one by one', async () => {
    await run(
      'CREATE OR REPLACE TABLE gaps (id bigint PRIMARY KEY, v int)',
      'INSERT INTO gaps SELECT seq, seq FROM seq_1_to_2000',
      'INSERT INTO gaps SELECT 1000000000000000000 + seq, seq FROM seq_1_to_2000',
    )
    let chunks = 0
    const summed = await sum('gaps', { firstRows: 500, onProgress: () => void (chunks += 1) })
    expect(summed).toEqual(await sum('gaps', { firstRows: 1_000_000 }))
    expect([summed.rows, chunks < 40]).toEqual([4000, true])
  })

  test('takes floats to their last bit, long texts whole, and times whatever the zone of the session', async () => {
    const table =
      'CREATE OR REPLACE TABLE kinds (id int PRIMARY KEY, f float, d double, b bit(3), l longtext, j json, p point, t timestamp NULL)'
    await run(
      table,
      "INSERT INTO kinds VALUES (1, 1.2345678, 0.1, b'101', REPEAT('x', 100000), '{}', POINT(1, 2), '2026-01-01')",
    )
    const before = (await sum('kinds')).sum
    const after = async (set: string): Promise<string> => {
      await run('START TRANSACTION', `UPDATE kinds SET ${set}`)
      const { sum: changed } = await sum('kinds')
      await run('ROLLBACK')
      return changed
    }
    const sums = [
      await after('f = 1.2345679'),
      await after('d = 0.1 + 1e-17 + 2e-17'),
      await after("b = b'100'"),
      await after("l = CONCAT(l, 'x')"),
      await after("j = '[]'"),
      await after('p = POINT(2, 1)'),
      await after('t = t + INTERVAL 1 SECOND'),
    ]
    expect(new Set([before, ...sums]).size).toBe(8)
    await run("SET SESSION time_zone = '+05:00'")
    expect((await sum('kinds')).sum).toBe(before)
    const [[session]] = (await root.query(
      'SELECT @@time_zone AS zone, @@character_set_connection AS charset',
    )) as unknown as [[unknown]]
    await run("SET SESSION time_zone = 'SYSTEM'")
    expect(session).toEqual({ zone: '+05:00', charset: 'utf8mb4' })
  })

  test('tells how far it is, waits while it may not go on, and stops when told', async () => {
    await run(
      'CREATE OR REPLACE TABLE long_one (id int PRIMARY KEY)',
      'INSERT INTO long_one SELECT seq FROM seq_1_to_100',
    )
    const told: SumProgress[] = []
    const gates: (() => void)[] = []
    const waiting = sumTables(queryOf(root), ['long_one', 'no_such'], {
      database: 'sums',
      firstRows: 40,
      chunkMs: 1_000_000,
      onProgress: progress => void told.push(progress),
      mayGoOn: () => new Promise(resolve => void gates.push(() => resolve(true))),
    })
    for (const chunks of [0, 1]) {
      await expect.poll(() => gates.length).toBe(chunks + 1)
      expect(told).toHaveLength(chunks)
      gates[chunks]?.()
    }
    const done = await waiting
    expect(done).toEqual({
      sums: [{ table: 'long_one', rows: 100, sum: (await sum('long_one')).sum }],
      missing: ['no_such'],
      stopped: false,
    })

    const stop = new AbortController()
    const stopped = await sumTables(queryOf(root), ['long_one'], {
      database: 'sums',
      ...inTwos,
      signal: stop.signal,
      onProgress: ({ rows }) => (rows >= 4 ? stop.abort() : undefined),
    })
    expect(stopped).toEqual({ sums: [], missing: [], stopped: true })
    expect(
      await sumTables(queryOf(root), ['long_one'], { database: 'sums', mayGoOn: () => Promise.resolve(false) }),
    ).toEqual({
      sums: [],
      missing: [],
      stopped: true,
    })
  })

  test.each([1, 1_000_000])('is told once, when it is whole, where the server estimates %s rows', async estimate => {
    await run(
      'CREATE OR REPLACE TABLE guessed (id int PRIMARY KEY)',
      'INSERT INTO guessed SELECT seq FROM seq_1_to_5000',
    )
    const ask = queryOf(root)
    const guessing: Query = async (sql, ...args) =>
      (await ask(sql, ...args)).map(row => ('estimate' in row ? { ...row, estimate } : row))
    const config = {
      name: 'main',
      database: {
        kind: 'mysql',
        server: { kind: 'socket', path: server.socket },
        account: { user: 'root', password: null },
        database: 'sums',
        writers: [],
        readers: [],
        migrations: null,
        invariants: [],
      },
      resolve: () => Promise.resolve(''),
      now: () => new Date(),
    } as const
    const told: string[] = []
    await sumsHeeded(config, guessing, ['guessed'], line => void told.push(line))
    expect(told).toEqual(['guessed: 5000 rows summed up'])
  })
})
