import { describe, expect, test } from 'vitest'
import type { Backup, BackupsFact } from '../../../src/state/backup.ts'
import type { DatabaseFact, Effect, Facts, LedgerEntry, Migration } from '../../../src/state/facts.ts'
import type { Manifest, MysqlDatabase } from '../../../src/state/manifest.ts'
import type { RestoreChoice } from '../../../src/state/plan.ts'
import { chooseRestores, restorableLines } from '../../../src/state/planner/restores.ts'
import { timing } from './timing.ts'

const newest: RestoreChoice = { backup: null, salvage: true }

describe('what is restored in the place of a reversal', () => {
  test('is the database whose schema has to go back, from the newest backup of before; tables that its migrations name change places', () => {
    const { restores, blockers } = chosen({ restore: newest })
    expect(blockers).toEqual([])
    expect(restores.map(({ name, backup, tables, since }) => ({ name, backup: backup.name, tables, since }))).toEqual([
      { name: 'main', backup: 'monday', tables: ['orders'], since: ['2'] },
    ])
  })

  test('is every table of it, where one script is not there, is a program, or does what its text does not tell', () => {
    const tables = (migrations: readonly Migration[]) =>
      chosen({ restore: newest, fact: { migrations } }).restores.map(restore => restore.tables)
    expect(tables([])).toEqual([null])
    expect(tables([{ ...second, opaque: { why: 'a program', argv: ['x'] } }])).toEqual([null])
    expect(tables([{ ...second, up: [statement({ kind: 'other', what: 'CALL' })] }])).toEqual([null])
  })

  test('is the one backup that was named, or nothing, with the reason', () => {
    expect(chosen({ restore: { ...newest, backup: 'tuesday' } })).toMatchObject({
      restores: [],
      blockers: ['main cannot be restored to 1.2.2: tuesday: it was taken after migration 2'],
    })
    expect(chosen({ restore: { ...newest, backup: 'sunday' } })).toMatchObject({
      restores: [],
      blockers: ['--restore: there is no backup sunday; there are tuesday, monday'],
    })
  })

  test('is refused where the server has no room for both, and where nothing could load it', () => {
    expect(chosen({ restore: newest, backups: { freeBytes: 1_000_000 } }).blockers).toEqual([
      'main: no room to load monday beside it: about 8 MB are needed on the server, 1 MB are free. Make room, and plan again',
    ])
    expect(
      chosen({ restore: newest, backups: { amiss: 'myloader is not installed on this machine' } }).blockers,
    ).toEqual(['main cannot be restored: myloader is not installed on this machine'])
  })

  test('is its data alone, where no schema has to go back, and the damage that would return is named', () => {
    const { restores, warnings } = chosen({ restore: newest, fact: { applied: ['1'] } })
    expect(restores.map(({ tables }) => tables)).toEqual([null])
    expect(warnings.at(-1)).toContain('damage and all (--no-salvage leaves it beside)')
  })

  test('is nothing where tools keep what is applied in another schema, or where no backups are declared', () => {
    const elsewhere = { tool: 'sqitch', table: 'sqitch.changes', from: { dir: '/m' } } as const
    expect(chosen({ restore: newest, database: { migrations: elsewhere } }).blockers).toEqual([
      'main cannot be restored: what is applied stands in sqitch.changes, in another schema, which no backup of shop has',
    ])
    expect(chosen({ restore: newest, database: { backups: undefined } }).blockers).toEqual([
      '--restore: no MySQL database of this environment declares where its backups lie (backups:)',
    ])
  })

  test('is offered in one line, with its age and about what would have to return, until it is asked for', () => {
    expect(offered()).toEqual(['main from monday, 22 h: about 39 rows were inserted since'])
    expect(offered(newest)).toEqual([])
  })
})

function statement(effect: Effect): Migration['up'][number] {
  return { sql: 'x', effects: [effect] }
}

const second: Migration = {
  version: '2',
  name: 'note',
  up: [statement({ kind: 'add column', table: 'orders', column: 'note' })],
  down: null,
  compatibleWith: [],
}

function backup(name: string, migrations: readonly string[], nextId: number): Backup {
  return {
    name,
    path: `/backups/${name}`,
    tool: 'mydumper',
    version: null,
    schema: 'shop',
    begunAt: '2026-11-24T02:00:00Z',
    finishedAt: null,
    amiss: null,
    read: true,
    checksum: 'none',
    position: null,
    tables: [{ name: 'orders', rows: null, nextId }],
    migrations,
    bytes: 1_000_000,
    unpackedBytes: 4_000_000,
  }
}

type Given = {
  readonly restore?: RestoreChoice
  readonly fact?: Partial<DatabaseFact>
  readonly backups?: Partial<BackupsFact>
  readonly database?: { readonly [Key in keyof MysqlDatabase]?: MysqlDatabase[Key] | undefined }
}

function chosen(given: Given) {
  const { facts, manifest } = world(given)
  return chooseRestores(facts, manifest, target, { preserveData: false, ...choice(given.restore) })
}

function offered(restore?: RestoreChoice) {
  const { facts, manifest } = world({})
  return restorableLines(facts, manifest, target, { preserveData: false, ...choice(restore) })
}

function choice(restore: RestoreChoice | undefined): { readonly restore?: RestoreChoice } {
  return restore === undefined ? {} : { restore }
}

const target: LedgerEntry = {
  version: '1.2.2',
  recordedAt: '2026-11-20T10:00:00Z',
  by: 'ana',
  good: true,
  services: {},
  databases: { main: { fingerprint: 'then', migrations: ['1'] } },
}

function world({ fact = {}, backups = {}, database = {} }: Given): {
  readonly facts: Facts
  readonly manifest: Manifest
} {
  const found = [backup('tuesday', ['1', '2'], 90), backup('monday', ['1'], 61)]
  const declared = {
    kind: 'mysql',
    server: { kind: 'socket', path: '/s' },
    database: 'shop',
    account: { user: 'astern', password: null },
    writers: ['shop@%'],
    readers: [],
    migrations: { tool: 'dbmate', table: 'schema_migrations', from: { dir: '/m' } },
    backups: { tool: 'mydumper', dir: '/backups' },
    invariants: [],
    ...database,
  } as MysqlDatabase
  return {
    facts: {
      at: '2026-11-25T00:00:00Z',
      services: {},
      records: {},
      databases: {
        main: {
          fault: null,
          fingerprint: 'now',
          schema: [],
          applied: ['1', '2'],
          migrations: [second],
          rows: { orders: 99 },
          sizeBytes: null,
          freeBytes: null,
          backups: { backups: found, amiss: null, freeBytes: null, nextIds: { orders: 100 }, ...backups },
          ...fact,
        },
      },
    },
    manifest: {
      environment: { name: 'shop', class: 'drill' },
      hosts: {},
      services: {},
      databases: { main: declared },
      checks: [],
      notify: {},
      timing,
    },
  }
}
