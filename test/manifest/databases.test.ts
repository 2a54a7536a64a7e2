import { describe, expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'

describe('a MySQL database in a manifest', () => {
  test('has its server, its accounts and its tool told in the words of the core', () => {
    expect(
      databasesOf(`
  main:
    mysql: { host: db.example, tls: { ca: ca.pem }, database: shop, user: astern, password: env:PW, reader: { user: look } }
    writers: { accounts: ["shop@%"] }
    readers: { accounts: ["bi@10.0.0.%"] }
    migrations: { tool: flyway, from: { dir: sql } }
  near:
    mysql: { socket: /run/mysqld/mysqld.sock, database: stock, user: astern, replica: true }
`),
    ).toEqual({
      main: {
        kind: 'mysql',
        server: { kind: 'tcp', host: 'db.example', port: 3306, tls: { ca: '/etc/astern/ca.pem' } },
        database: 'shop',
        account: { user: 'astern', password: 'env:PW' },
        reader: { user: 'look', password: null },
        writers: ['shop@%'],
        readers: ['bi@10.0.0.%'],
        migrations: { tool: 'flyway', table: 'flyway_schema_history', from: { dir: '/etc/astern/sql' } },
        invariants: [],
      },
      near: {
        kind: 'mysql',
        server: { kind: 'socket', path: '/run/mysqld/mysqld.sock' },
        database: 'stock',
        account: { user: 'astern', password: null },
        replica: true,
        writers: [],
        readers: [],
        migrations: null,
        invariants: [],
      },
    })
  })

  test('is not reached in the clear by leaving something out', () => {
    expect(faultsOf('main: { mysql: { host: db.example, database: shop, user: a } }')).toEqual([
      'databases.main.mysql.host: is reached without tls: anybody on the way could read what is sent',
    ])
    for (const written of ['host: db.example, tls: none', 'host: 127.0.0.1', 'socket: /s', 'host: db.example, tls: {}'])
      expect(faultsOf(`main: { mysql: { ${written}, database: shop, user: a } }`)).toEqual([])
  })

  test('has no password in the file, one way to its server, and accounts as the server knows them', () => {
    expect(faultsOf('main: { mysql: { host: 127.0.0.1, socket: /s, database: shop, user: a } }')).toEqual([
      'databases.main.mysql: is not exactly one of host and socket',
    ])
    expect(
      faultsOf(
        'main: { mysql: { socket: /s, database: shop, user: a, password: hunter2 }, writers: { accounts: [shop] } }',
      ),
    ).toEqual([
      'databases.main.mysql.password: is a reference: env:NAME, file:PATH or cmd:PROGRAM. A secret does not stand in this file',
      'databases.main.writers.accounts[0]: is written USER@HOST, as the server knows it: shop@%, shop@10.0.0.5',
    ])
    expect(faultsOf('main: { sqlite: { file: x }, mysql: { socket: /s, database: shop, user: a } }')).toEqual([
      'databases.main: is not exactly one of sqlite and mysql',
    ])
    expect(faultsOf('main: { sqlite: { file: x }, writers: { accounts: ["a@b"] } }')).toEqual([
      'databases.main.writers: a SQLite file has no accounts',
    ])
  })
})

test('how a migration’s own program is run takes its secrets by reference alone, and is nothing for a file', () => {
  const knex = (command: string, database: string): string =>
    `\n  main:\n    ${database}\n    migrations: { tool: knex, from: { dir: api/migrations }, command: ${command} }\n`
  const mysql = 'mysql: { socket: /s, database: shop, user: astern }'
  expect(databasesOf(knex('{ env: { DB_URL: "env:URL" }, directory: api, timeout: 2m }', mysql))).toMatchObject({
    main: {
      migrations: {
        from: { dir: '/etc/astern/api/migrations' },
        command: { env: { DB_URL: 'env:URL' }, directory: '/etc/astern/api', timeoutMs: 120_000 },
      },
    },
  })
  expect(faultsOf(knex('{ env: { DB_URL: "mysql://astern:pw@db/shop" } }', mysql))).toEqual([
    'databases.main.migrations.command.env.DB_URL: is a reference: env:NAME, file:PATH or cmd:PROGRAM. A secret does not stand in this file',
  ])
  expect(faultsOf(knex('{ env: {} }', 'sqlite: { file: shop.db }'))).toEqual([
    'databases.main.migrations.command: is not run on a SQLite file',
  ])
})

describe('migrations that a query of one’s own tells', () => {
  const whole = {
    query: '"SELECT v FROM done ORDER BY n"',
    table: 'done',
    unapply: '"DELETE FROM `done` WHERE v = ?;"',
    apply: '"INSERT INTO DONE (v, what) VALUES (?, \'what?\')"',
  }
  const written = (parts: Readonly<Record<string, string | undefined>>): string =>
    `main: { sqlite: { file: x }, migrations: { ${Object.entries({ ...parts, from: '{ dir: sql }' })
      .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]))
      .join(', ')} } }`

  test('stand in the place of a tool', () => {
    expect(databasesOf(`\n  ${written(whole)}\n`)).toEqual({
      main: {
        kind: 'sqlite',
        file: '/etc/astern/x',
        migrations: {
          tool: {
            query: 'SELECT v FROM done ORDER BY n',
            unapply: 'DELETE FROM `done` WHERE v = ?;',
            apply: "INSERT INTO DONE (v, what) VALUES (?, 'what?')",
          },
          table: 'done',
          from: { dir: '/etc/astern/sql' },
        },
        invariants: [],
      },
    })
  })

  test('are one of both, and whole', () => {
    const at = 'databases.main.migrations'
    expect(faultsOf(written({}))).toEqual([`${at}: is not exactly one of tool and query`])
    expect(faultsOf(written({ ...whole, tool: 'dbmate' }))).toEqual([`${at}: is not exactly one of tool and query`])
    expect(faultsOf(written({ tool: 'dbmate', apply: whole.apply }))).toEqual([
      `${at}.apply: a tool's table is put right as the tool does it`,
    ])
    expect(faultsOf(written({ ...whole, table: undefined, apply: undefined }))).toEqual([
      `${at}.query: needs table, apply beside it`,
    ])
  })

  test('say beforehand what would fail only after a reversal', () => {
    const at = 'databases.main.migrations'
    const amiss = {
      table: 'done',
      query: '"DELETE FROM done"',
      unapply: '"DELETE FROM doen WHERE v = ?"',
      apply: '"INSERT INTO done (v) VALUES (\'?\'); COMMIT"',
    }
    expect(faultsOf(written(amiss))).toEqual([
      `${at}.query: is no SELECT`,
      `${at}.unapply: does not name done`,
      `${at}.apply: has 0 ? in it`,
      `${at}.apply: is more than one statement`,
    ])
  })
})

describe('a rehearsal', () => {
  const mysql = (rehearsal: string): string =>
    `main: { mysql: { host: 10.0.0.21, tls: {}, user: astern, database: shop }, rehearsal: ${rehearsal} }`
  const at = 'databases.main.rehearsal'

  test('stands on a server of its own, with all rows where nothing else is said', () => {
    expect(databasesOf(`\n  ${mysql('{ mysql: { host: 127.0.0.1, user: r, password: env:R } }')}\n`)).toMatchObject({
      main: {
        rehearsal: {
          server: { kind: 'tcp', host: '127.0.0.1', port: 3306, tls: null },
          account: { user: 'r', password: 'env:R' },
          rows: 'all',
        },
      },
    })
  })

  test('is refused on the server that serves unless that is said by name, and without tls on the way', () => {
    expect(faultsOf(mysql('{ mysql: { host: 10.0.0.21, tls: {}, user: r } }'))).toEqual([
      `${at}.mysql: is the very server that serves, which has no load to spare at an incident`,
    ])
    expect(faultsOf(mysql('{ mysql: { host: 10.0.0.21, tls: {}, user: r }, same_server: true }'))).toEqual([])
    expect(faultsOf(mysql('{ mysql: { host: 10.0.0.41, user: r } }'))).toEqual([
      `${at}.mysql.host: is reached without tls: anybody on the way could read what is sent`,
    ])
    expect(faultsOf(mysql('{ rows: none }'))).toEqual([`${at}: does not say on which server a clone may stand`])
  })

  test('of a SQLite file is on a copy of it', () => {
    expect(faultsOf('main: { sqlite: { file: x }, rehearsal: {} }')).toEqual([])
    expect(faultsOf('main: { sqlite: { file: x }, rehearsal: { mysql: { host: 127.0.0.1, user: r } } }')).toEqual([
      `${at}: a SQLite file is rehearsed on a copy of it`,
    ])
  })
})

function load(databases: string) {
  return parseManifest(
    `environment: { name: shop, class: drill }\nhosts: {}\nservices: {}\ndatabases:${databases}`,
    '/etc/astern',
  )
}

function databasesOf(databases: string): unknown {
  const loaded = load(databases)
  return loaded.ok ? loaded.manifest.databases : loaded.faults
}

function faultsOf(databases: string): readonly string[] {
  const loaded = load(`\n  ${databases}\n`)
  return loaded.ok ? [] : loaded.faults.map(({ path, what }) => `${path}: ${what}`)
}
