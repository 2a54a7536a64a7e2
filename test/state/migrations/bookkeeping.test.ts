import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Migration } from '../../../src/state/facts.ts'
import type { MigrationTool } from '../../../src/state/manifest.ts'
import { bookkeeping } from '../../../src/state/migrations/bookkeeping.ts'
import { defaultTables, migrationTools } from '../../../src/state/migrations/tables.ts'
import type { Sql } from '../../../src/state/migrations/tool.ts'
import { quote } from './support.ts'

const migration = (version: string, more: Partial<Migration> = {}): Migration => ({
  version,
  name: version,
  up: [],
  down: [],
  compatibleWith: [],
  ...more,
})

const booked = (
  tool: MigrationTool,
  direction: 'down' | 'up',
  one: Migration,
  others: readonly Migration[] = [],
): readonly Sql[] => bookkeeping(tool, { table: defaultTables[tool], quote, direction, migration: one, others })

describe('bookkeeping', () => {
  test('binds every value: no name out of a script becomes part of a statement', () => {
    const record = (value: string): NonNullable<Migration['record']> => {
      const names = ['script', 'file', 'id', 'author', 'change', 'project', 'note', 'at', 'planner', 'email', 'tag']
      const plain = Object.fromEntries(names.map(name => [name, value]))
      return { ...plain, requires: [{ as: value, id: value }], conflicts: [value], tags: [plain] }
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...migrationTools),
        fc.constantFrom('down' as const, 'up' as const),
        fc.string({ minLength: 1, maxLength: 20 }).map(text => `\u2063${text}'";--`),
        (tool, direction, text) => {
          const one = migration(text, { name: text, checksums: [text], record: record(text), after: [text] })
          const statements = booked(tool, direction, one, [migration(text)])
          expect(statements.length).toBeGreaterThan(0)
          for (const { sql, args } of statements) {
            expect(sql).not.toContain(text)
            expect(sql.split('?').length - 1).toBe(args.length)
          }
        },
      ),
    )
  })

  test('of golang-migrate goes back to the version before, and to no row from the first', () => {
    const [empty, ...more] = booked('golang-migrate', 'down', migration('10'), [migration('1'), migration('9')])
    expect([empty, more]).toEqual([
      { sql: 'DELETE FROM `schema_migrations`', args: [] },
      [{ sql: 'INSERT INTO `schema_migrations` (version, dirty) VALUES (?, ?)', args: ['9', 0] }],
    ])
    expect(booked('golang-migrate', 'down', migration('1'))).toEqual([empty])
    expect(booked('golang-migrate', 'up', migration('10'), [migration('9')])[1]?.args).toEqual(['10', 0])
  })

  test('of Alembic keeps the heads: a merge falls apart into those that nothing else stands on', () => {
    const tree = [migration('a', { after: [] }), migration('b', { after: ['a'] }), migration('c', { after: ['a'] })]
    const merge = migration('d', { after: ['b', 'c'] })
    const heads = alembicTable(['d'])
    heads.run(booked('alembic', 'down', merge, tree))
    expect(heads.now()).toEqual(['b', 'c'])
    heads.run(booked('alembic', 'down', tree[2]!, tree.slice(0, 2)))
    expect(heads.now()).toEqual(['b'])
    heads.run(booked('alembic', 'up', tree[2]!, tree.slice(0, 2)))
    heads.run(booked('alembic', 'up', merge, tree))
    expect(heads.now()).toEqual(['d'])
  })

  test('of Django writes app and name apart, of TypeORM the time that stands in the name', () => {
    expect(booked('django', 'down', migration('shop.0002_a.b'))[0]?.args).toEqual(['shop', '0002_a.b'])
    expect(booked('typeorm', 'down', migration('Notes1763424000000'))[0]?.args).toEqual([
      1763424000000,
      'Notes1763424000000',
    ])
  })

  test('of Liquibase puts a row back under the path and with the checksum it had', () => {
    const one = migration('1.sql::1::ana', { record: { file: 'changelog/1.sql', id: '1', author: 'ana' } })
    const was = { version: one.version, name: 'db/changelog/1.sql', checksum: '9:aa' }
    const place = { table: 'DATABASECHANGELOG', quote, direction: 'up', migration: one, others: [] } as const
    expect(bookkeeping('liquibase', { ...place, was })[0]?.args).toEqual([
      '1',
      'ana',
      'db/changelog/1.sql',
      '9:aa',
      'sql',
    ])
    expect(bookkeeping('liquibase', place)[0]?.args).toEqual(['1', 'ana', 'changelog/1.sql', null, 'sql'])
    expect(bookkeeping('liquibase', { ...place, direction: 'down', was })).toEqual([
      {
        sql: 'DELETE FROM `DATABASECHANGELOG` WHERE ID = ? AND AUTHOR = ? AND FILENAME = ?',
        args: ['1', 'ana', 'db/changelog/1.sql'],
      },
    ])
  })

  test('works in SQLite too, for every tool that keeps its table in the database', () => {
    const tables: Readonly<Record<string, string>> = {
      dbmate: 'version TEXT PRIMARY KEY',
      'golang-migrate': 'version INTEGER, dirty INTEGER',
      flyway:
        'installed_rank INTEGER, version TEXT, description TEXT, type TEXT, script TEXT, checksum INTEGER, installed_by TEXT, execution_time INTEGER, success INTEGER',
      liquibase:
        'ID TEXT, AUTHOR TEXT, FILENAME TEXT, DATEEXECUTED TEXT, ORDEREXECUTED INTEGER, EXECTYPE TEXT, MD5SUM TEXT, DESCRIPTION TEXT',
      rails: 'version TEXT PRIMARY KEY',
      knex: 'id INTEGER PRIMARY KEY, name TEXT, batch INTEGER, migration_time TEXT',
      sequelize: 'name TEXT PRIMARY KEY',
      typeorm: 'id INTEGER PRIMARY KEY, timestamp INTEGER, name TEXT',
      drizzle: 'id INTEGER PRIMARY KEY, hash TEXT, created_at INTEGER',
      alembic: 'version_num TEXT PRIMARY KEY',
      django: 'id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied TEXT',
      laravel: 'id INTEGER PRIMARY KEY, migration TEXT, batch INTEGER',
    }
    const one = migration('1763424000000', {
      record: { file: 'a/1.sql', id: '1', author: 'ana', script: 's' },
      after: [],
    })
    for (const [name, columns] of Object.entries(tables)) {
      const tool = name as MigrationTool
      const database = new DatabaseSync(':memory:')
      database.exec(`CREATE TABLE ${quote(defaultTables[tool])} (${columns})`)
      const count = (): unknown => database.prepare(`SELECT count(*) AS n FROM ${quote(defaultTables[tool])}`).get()
      run(database, booked(tool, 'up', one))
      expect([tool, count()]).toEqual([tool, { n: 1 }])
      run(database, booked(tool, 'down', one))
      expect([tool, count()]).toEqual([tool, { n: tool === 'flyway' ? 2 : 0 }])
    }
  })
})

function run(database: DatabaseSync, statements: readonly Sql[]): void {
  for (const { sql, args } of statements) database.prepare(sql).run(...(args as string[]))
}

function alembicTable(heads: readonly string[]): {
  readonly run: (s: readonly Sql[]) => void
  readonly now: () => unknown
} {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY)')
  for (const head of heads) database.prepare('INSERT INTO alembic_version VALUES (?)').run(head)
  return {
    run: statements => run(database, statements),
    now: () =>
      database
        .prepare('SELECT version_num AS v FROM alembic_version ORDER BY 1')
        .all()
        .map(row => row['v']),
  }
}
