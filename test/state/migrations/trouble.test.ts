import { describe, expect, test } from 'vitest'
import type { MigrationTool } from '../../../src/state/manifest.ts'
import { changedSince, disagreements } from '../../../src/state/migrations/compare.ts'
import { crc32OfLines } from '../../../src/state/migrations/crc32.ts'
import { dirtyStates } from '../../../src/state/migrations/dirty.ts'
import { recognise } from '../../../src/state/migrations/recognise.ts'
import { appliedSince } from '../../../src/state/migrations/since.ts'
import { wrongTool } from '../../../src/state/migrations/wrong-tool.ts'
import { appliedOf } from '../../../src/state/migrations/applied.ts'
import type { Row } from '../../../src/state/migrations/tool.ts'
import { hash, parsed } from './support.ts'

describe('a script that is not the one that was applied', () => {
  test('is told by the checksum its tool keeps, for Flyway, Prisma, Drizzle and Sqitch', () => {
    const by = '2026-11-18T09:00:00Z Ana <ana@shop.example>'
    const text = 'CREATE TABLE a (id INT);\n'
    const cases: readonly (readonly [
      MigrationTool,
      Readonly<Record<string, string>>,
      string,
      (checksum: string) => Row,
    ])[] = [
      [
        'flyway',
        { 'V1__a.sql': text },
        String(crc32OfLines(text)),
        checksum => ({ version: '1', description: 'a', type: 'SQL', success: 1, checksum }),
      ],
      [
        'prisma',
        { '1_a/migration.sql': text },
        hash('sha256', text),
        checksum => ({ migration_name: '1_a', checksum, finished_at: 't' }),
      ],
      [
        'drizzle',
        { 'meta/_journal.json': '{"entries":[{"tag":"a","when":1}]}', 'a.sql': text },
        hash('sha256', text),
        checksum => ({ hash: checksum, created_at: 1 }),
      ],
      [
        'sqitch',
        { 'sqitch.plan': `%project=shop\na ${by}\n`, 'deploy/a.sql': text },
        hash('sha1', text),
        checksum => ({ project: 'shop', name: 'a', script_hash: checksum }),
      ],
    ]
    for (const [tool, files, right, row] of cases) {
      const scripts = parsed(tool, files)
      const told = (checksum: string): readonly string[] =>
        changedSince(appliedOf(tool, [row(checksum)], scripts), scripts)
      expect([tool, told(right)]).toEqual([tool, []])
      expect([tool, told('77')]).toEqual([
        tool,
        [
          `the script of ${scripts[0]!.version} is not the one that was applied: its checksum is ${right}, applied was 77`,
        ],
      ])
    }
  })

  test('Flyway’s checksum is CRC-32 of the lines, signed, without their ends', () => {
    expect(crc32OfLines('123456789')).toBe(0xcbf43926 | 0)
    expect(crc32OfLines('\ufeff1234\r\n56789\n')).toBe(0xcbf43926 | 0)
    expect(crc32OfLines('')).toBe(0)
  })

  test('Prisma takes a script whose line ends alone were changed', () => {
    const scripts = parsed('prisma', { '1_a/migration.sql': 'a;\r\nb;\r\n' })
    expect(changedSince([{ version: '1_a', checksum: hash('sha256', 'a;\nb;\n') }], scripts)).toEqual([])
  })

  test('is told for Liquibase by its path, of which either may begin further up', () => {
    const text = '--liquibase formatted sql\n--changeset ana:1\nSELECT 1;\n'
    const scripts = parsed('liquibase', { 'v1/changelog.sql': text, 'v2/changelog.sql': text })
    const told = (...files: string[]): readonly string[] =>
      changedSince(
        appliedOf(
          'liquibase',
          files.map(filename => ({ id: '1', author: 'ana', filename })),
          scripts,
        ),
        scripts,
      )
    expect(told('db/v1/changelog.sql', 'v2/changelog.sql')).toEqual([])
    expect(told('changelog.sql')).toEqual([])
    expect(told('db/v2/changelog.sql', 'db/v1/changelog.sql')).toEqual([
      'the script of changelog.sql::1::ana is not the one that was applied: it is v1/changelog.sql, applied was db/v2/changelog.sql',
      'the script of changelog.sql::1::ana#2 is not the one that was applied: it is v2/changelog.sql, applied was db/v1/changelog.sql',
    ])
  })

  test('is told of two places too', () => {
    const here = parsed('dbmate', { '1_a.sql': '-- migrate:up\nSELECT 1;', '2_b.sql': '-- migrate:up\nSELECT 2;' })
    const there = parsed('dbmate', { '1_a.sql': '-- migrate:up\nSELECT 9;' })
    expect(disagreements({ where: 'the release', scripts: here }, { where: 'web-2', scripts: there })).toEqual([
      '1 is another script in the release than in web-2',
      '2 is in the release and not in web-2',
    ])
    expect(disagreements({ where: 'a', scripts: here }, { where: 'b', scripts: here })).toEqual([])
  })
})

describe('what is half done', () => {
  const told = (tool: MigrationTool, rows: readonly Row[], locks: readonly Row[] = []): readonly string[] =>
    dirtyStates(tool, rows, locks, []).map(({ what }) => what)

  test('is told with what it means, and three ways on of which the last touches no database', () => {
    const [state] = dirtyStates('prisma', [{ migration_name: '1_a', finished_at: null, rolled_back_at: null }], [], [])
    expect(state).toEqual({
      what: 'Prisma began 1_a and has no end of it',
      means:
        'It failed, or it still runs. MySQL commits each change of the schema by itself, so that part of it is there. Prisma refuses to go on.',
      ways: [
        'Carry out by hand what is missing of the script, then say so: prisma migrate resolve --applied 1_a.',
        'Take back by hand what was done of it, then say so: prisma migrate resolve --rolled-back 1_a.',
        'Leave the database as it is: roll back the services alone (--preserve-data), if the target runs on this schema.',
      ],
    })
  })

  test('is told of each tool that keeps a mark of it, and of no database that is whole', () => {
    expect(told('golang-migrate', [{ version: 3, dirty: 1 }])).toEqual(['golang-migrate left version 3 marked dirty'])
    expect(told('flyway', [{ version: '3', type: 'SQL', success: 0 }])).toEqual([
      'Flyway has 3 as failed: its way up failed',
    ])
    expect(told('knex', [], [{ is_locked: 1 }])).toEqual(['Knex is locked'])
    expect(told('liquibase', [], [{ locked: true, holder: 'ci-4', since: 't' }])).toEqual([
      'Liquibase is locked by ci-4 since t',
    ])
    expect(told('golang-migrate', [{ version: 3, dirty: 0 }])).toEqual([])
    expect(told('knex', [{ name: 'a.js' }], [{ is_locked: 0 }])).toEqual([])
    expect(told('liquibase', [], [{ locked: 0 }])).toEqual([])
    expect(told('prisma', [{ migration_name: 'a', finished_at: null, rolled_back_at: 't' }])).toEqual([])
  })
})

describe('the tool of a database', () => {
  test('is known by its table, where another keeps one of that name by what stands beside it', () => {
    expect(recognise(['orders', 'flyway_schema_history'])).toEqual(['flyway'])
    expect(recognise(['schema_migrations'])).toEqual(['dbmate', 'golang-migrate'])
    expect(recognise(['schema_migrations', 'ar_internal_metadata'])).toEqual(['rails'])
    expect(recognise(['migrations'])).toEqual(['typeorm', 'laravel'])
    expect(recognise(['changes'])).toEqual([])
    expect(recognise(['changes', 'dependencies', 'projects', 'releases'])).toEqual(['sqitch'])
    expect(recognise(['_prisma_migrations', '__drizzle_migrations'])).toEqual(['prisma', 'drizzle'])
    expect(recognise(['databasechangelog', 'databasechangeloglock'])).toEqual(['liquibase'])
    expect(recognise(['orders'])).toEqual([])
  })

  test('is known by its columns, where they are told', () => {
    const columns =
      (...names: string[]) =>
      (): readonly string[] =>
        names
    expect(recognise(['schema_migrations'], columns('version', 'dirty'))).toEqual(['golang-migrate'])
    expect(recognise(['schema_migrations'], columns('version'))).toEqual(['dbmate'])
    expect(recognise(['migrations'], columns('id', 'timestamp', 'name'))).toEqual(['typeorm'])
    expect(recognise(['migrations'], columns('id', 'migration', 'batch'))).toEqual(['laravel'])
    expect(recognise(['flyway_schema_history'], columns('something', 'else'))).toEqual([])
  })

  test('is told when it is another than the manifest says', () => {
    const dbmate = { tool: 'dbmate', table: 'schema_migrations' } as const
    expect(wrongTool('main', dbmate, ['orders', 'schema_migrations'])).toBeNull()
    expect(wrongTool('main', dbmate, ['orders'])).toBeNull()
    expect(
      wrongTool('main', { ...dbmate, table: 'ops.applied' }, ['applied', 'knex_migrations', 'knex_migrations_lock']),
    ).toBeNull()
    expect(wrongTool('main', dbmate, ['orders', 'flyway_schema_history'])).toEqual({
      code: 'migration.wrong-tool',
      what: 'The manifest says that dbmate migrates main, but it has the table of flyway',
      means: 'Which migrations are applied is not known, so that none can be reversed.',
      next: 'Name the tool in databases.main.migrations, and its table if that is not the usual one.',
    })
    expect(wrongTool('main', dbmate, ['schema_migrations'], () => ['version', 'dirty'])?.what).toContain(
      'golang-migrate',
    )
  })
})

describe('what came after the target', () => {
  const applied = ['9', '10', '100'].map(version => ({ version }))

  test('is reversed newest first, by the order it was applied in and not by name', () => {
    expect(appliedSince(applied, ['9'])).toEqual({
      extra: [{ version: '100' }, { version: '10' }],
      missing: [],
      buried: [],
    })
    expect(appliedSince(applied, ['9', '10', '100'])).toEqual({ extra: [], missing: [], buried: [] })
  })

  test('tells what the target had and is gone, and what lies below something that stays', () => {
    expect(appliedSince(applied, ['9', '11', '100'])).toEqual({
      extra: [{ version: '10' }],
      missing: ['11'],
      buried: ['10'],
    })
  })
})
