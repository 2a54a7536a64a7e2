import { describe, expect, test } from 'vitest'
import type { Migration } from '../../../src/state/facts.ts'
import { appliedOf, reachOf, sameApplied, selectApplied, selectLock } from '../../../src/state/migrations/applied.ts'
import { defaultTables, migrationTools } from '../../../src/state/migrations/tables.ts'
import type { Row } from '../../../src/state/migrations/tool.ts'
import { parsed, quote } from './support.ts'

const versions = (applied: readonly { readonly version: string }[]): readonly string[] =>
  applied.map(({ version }) => version)

describe('what is applied', () => {
  test('is asked of the table with its names quoted, in a schema of its own where it has one', () => {
    const ops = Object.fromEntries(
      migrationTools.map(tool => [tool, selectApplied(tool, { table: `ops.${defaultTables[tool]}`, quote })]),
    )
    expect(Object.values(ops).filter(sql => !/ FROM `ops`\.`/.test(sql))).toEqual([])
    expect(selectApplied('sqitch', { table: defaultTables.sqitch, quote })).toBe(
      'SELECT project, `change` AS name, note, script_hash, committed_at FROM `sqitch`.`changes` ORDER BY committed_at',
    )
    expect(selectLock('knex', { table: 'ops.done', quote })).toEqual({
      table: 'ops.done_lock',
      sql: 'SELECT is_locked FROM `ops`.`done_lock`',
    })
    expect(selectLock('dbmate', { table: 'schema_migrations', quote })).toBeNull()
  })

  test('is ordered as numbers where the tool counts so, whatever order the server gives', () => {
    const rows = [{ version: '100' }, { version: '9' }, { version: '20261118' }]
    expect(versions(appliedOf('dbmate', rows, []))).toEqual(['9', '100', '20261118'])
    expect(versions(appliedOf('rails', rows, []))).toEqual(['9', '100', '20261118'])
  })

  test('of golang-migrate is every script up to its version, and its version without any', () => {
    const scripts = parsed('golang-migrate', { '1_a.up.sql': '', '9_b.up.sql': '', '10_c.up.sql': '' })
    const row = [{ version: 9, dirty: 0 }]
    expect(appliedOf('golang-migrate', row, scripts)).toEqual([{ version: '1', name: 'a' }, { version: '9' }])
    expect(appliedOf('golang-migrate', row, [])).toEqual([{ version: '9' }])
    expect(appliedOf('golang-migrate', [], scripts)).toEqual([])
    expect(appliedOf('golang-migrate', [{ version: '9', dirty: true }], [])).toEqual([
      { version: '9', dirty: 'a script stopped in the middle at version 9' },
    ])
  })

  test('of Alembic is all that its heads stand on; a head without a script is told all the same', () => {
    const script = (version: string, after: readonly string[]): Migration => ({
      version,
      name: version,
      up: [],
      down: null,
      compatibleWith: [],
      after,
    })
    const scripts = [
      script('a', []),
      script('b', ['a']),
      script('c', ['a']),
      script('d', ['b', 'c']),
      script('e', ['d']),
    ]
    const heads = (...names: string[]): readonly string[] =>
      versions(
        appliedOf(
          'alembic',
          names.map(version_num => ({ version_num })),
          scripts,
        ),
      )
    expect(heads('d')).toEqual(['a', 'b', 'c', 'd'])
    expect(heads('b')).toEqual(['a', 'b'])
    expect(heads('b', 'c')).toEqual(['a', 'b', 'c'])
    expect(heads('c', 'zz')).toEqual(['a', 'c', 'zz'])
    expect(versions(reachOf('alembic', [{ version: 'b' }], scripts))).toEqual(['a', 'b'])
    expect(versions(reachOf('dbmate', [{ version: 'b' }], scripts))).toEqual(['b'])
  })

  test('of Flyway leaves out what was undone, deleted by repair, or made by Flyway itself', () => {
    const row = (
      version: string | null,
      type: string,
      success: unknown = 1,
      description = 'd',
    ): Readonly<Record<string, never>> =>
      ({ version, type, success, description, checksum: 7, installed_on: '2026-11-18 03:00:00' }) as never
    const rows = [
      row(null, 'SCHEMA'),
      row('1', 'BASELINE'),
      row('2', 'SQL'),
      row('3', 'JDBC'),
      row('2', 'UNDO_SQL'),
      row('4', 'SQL'),
      row('4', 'DELETE'),
      row('2', 'SQL', true),
      row(null, 'SQL', 1, 'views'),
      row('5', 'SQL', false),
      row(null, 'SQL', 1, 'views'),
      row('3', 'UNDO_SQL', 0),
    ]
    const whole = { name: 'd', checksum: '7', at: '2026-11-18 03:00:00' }
    expect(appliedOf('flyway', rows, [])).toEqual([
      { version: '1', ...whole },
      { version: '3', ...whole, dirty: 'its way down failed' },
      { version: '2', ...whole },
      { version: '5', ...whole, dirty: 'its way up failed' },
      { version: 'R views', ...whole, name: 'views' },
    ])
  })

  test('of Sqitch tells a change that was reworked from its first form, and leaves out other projects of the registry', () => {
    const row = (project: string, name: string): Row => ({
      project,
      name,
      note: '',
      script_hash: null,
      committed_at: 't',
    })
    const rows = [row('shop', 'b'), row('hr', 'b'), row('shop', 'a'), row('shop', 'b')]
    const all = ['shop:b', 'hr:b', 'shop:a', 'shop:b#2']
    const own = ['shop:b', 'shop:a', 'shop:b#2']
    const by = '2026-11-18T09:00:00Z Ana <ana@shop.example>'
    expect(versions(appliedOf('sqitch', rows, []))).toEqual(all)
    expect(
      versions(appliedOf('sqitch', rows, parsed('sqitch', { 'sqitch.plan': `%project=shop\n\nb ${by}\n` }))),
    ).toEqual(own)
    expect([sameApplied('sqitch', all, own), sameApplied('sqitch', all, own.slice(0, 2))]).toEqual([true, false])
  })

  test('of Liquibase counts change sets that only their directories tell apart', () => {
    const rows = ['1.0', '1.1'].map(release => ({ id: '1', author: 'ana', filename: `db/${release}/changelog.sql` }))
    expect(versions(appliedOf('liquibase', rows, []))).toEqual(['changelog.sql::1::ana', 'changelog.sql::1::ana#2'])
  })

  test('of Drizzle is told by when each script was written, which the names in its journal stand for', () => {
    const rows = [
      { hash: 'aa', created_at: 1 },
      { hash: 'bb', created_at: '2' },
    ]
    expect(appliedOf('drizzle', rows, [])).toEqual([
      { version: '1', checksum: 'aa' },
      { version: '2', checksum: 'bb' },
    ])
  })

  test('is compared whole, except where its tool keeps the last alone', () => {
    expect(sameApplied('drizzle', ['1', '3'], ['1', '2', '3'])).toBe(false)
    expect(sameApplied('dbmate', ['2', '1'], ['1', '2'])).toBe(true)
    expect(sameApplied('golang-migrate', ['3'], ['1', '2', '3'])).toBe(true)
    expect(sameApplied('golang-migrate', ['2'], ['1', '2', '3'])).toBe(false)
  })
})
