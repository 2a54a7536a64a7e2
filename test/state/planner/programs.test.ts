import { describe, expect, test } from 'vitest'
import type { DatabaseFact, Facts, Migration } from '../../../src/state/facts.ts'
import type { Host, Manifest, MigrationCommand, Migrations, MysqlDatabase } from '../../../src/state/manifest.ts'
import type { Plan, Step } from '../../../src/state/plan.ts'
import { planRollback } from '../../../src/state/planner/rollback.ts'
import { planUndo } from '../../../src/state/planner/undo.ts'
import { timing } from './timing.ts'

const program = (version: string, more: object = {}): Migration => ({
  version,
  name: version,
  up: [],
  down: null,
  compatibleWith: [],
  opaque: {
    why: 'it is a JavaScript program',
    argv: ['npx', 'knex', 'migrate:down', version],
    up: ['npx', 'knex', 'migrate:up', version],
    ...more,
  },
})
const sql: Migration = {
  version: '3.sql',
  name: 'note',
  up: [],
  down: [
    {
      sql: 'ALTER TABLE orders DROP COLUMN note',
      effects: [{ kind: 'drop column', table: 'orders', column: 'note' }],
    },
  ],
  compatibleWith: [],
}
const command: MigrationCommand = { env: { DATABASE_URL: 'env:ASTERN_DB_URL' }, timeoutMs: 60_000 }
const inDirectory = { dir: '/srv/api' }
const inRelease = { service: 'api', path: 'migrations' }
const docker: Host = { kind: 'docker', endpoint: { kind: 'unix', path: '/s' }, address: 'h' }

describe('a migration that is a program', () => {
  test('is one destructive step that is never repeated by itself, with every table kept whole before it', () => {
    const { steps, blockers, warnings, typed } = planned({ migrations: [program('2.js')], from: inDirectory, command })
    expect(blockers).toEqual([])
    expect(steps.find(({ command: { kind } }) => kind === 'database.program')).toEqual({
      id: 'main.down.2.js',
      phase: 4,
      title: 'down 2.js, opaque: its own program, of which nobody knows what it destroys: npx knex migrate:down 2.js',
      command: {
        kind: 'database.program',
        database: 'main',
        direction: 'down',
        migration: '2.js',
        argv: ['npx', 'knex', 'migrate:down', '2.js'],
        env: { DATABASE_URL: 'env:ASTERN_DB_URL' },
        place: { kind: 'directory', path: '/srv/api' },
      },
      needs: ['main.fence', 'main.archive.customers', 'main.archive.orders'],
      leaves: '2.js is no longer applied by its tool’s own table'.replace('’', "'"),
      undo: null,
      risk: 'destructive',
      repeat: 'never',
      deadlineMs: 60_000,
      estimateMs: 5000,
    })
    expect(inDatabase(steps)).toEqual([
      'main.fence',
      'main.archive.customers',
      'main.archive.orders',
      'main.down.2.js',
      'main.seal.customers',
      'main.seal.orders',
      'main.unfence',
    ])
    expect(warnings).toContain(
      'main: what the program of 2.js destroys is not known: every table is kept whole before it (3 tables, about 7 rows)',
    )
    expect(typed).toEqual({ environment: 'shop', databases: ['main'] })
  })

  test('between statements keeps its place: the newest goes back first', () => {
    const { steps } = planned({ migrations: [program('2.js'), sql, program('4.js')], from: inDirectory, command })
    const chain = steps.filter(({ id }) => id.startsWith('main.down.'))
    expect(chain.map(({ id, needs }) => [id, needs.at(-1)])).toEqual([
      ['main.down.4.js', 'main.archive.orders'],
      ['main.down.3.sql.1', 'main.down.4.js'],
      ['main.down.2.js', 'main.down.3.sql.1'],
    ])
  })

  test('is run in the digest that applied it, where its scripts come out of a release', () => {
    expect(
      placeIn({ migrations: [program('2.js')], from: inRelease, command: { ...command, directory: '/app' } }),
    ).toEqual({
      kind: 'release',
      service: 'api',
      host: 'h',
      release: 'bad',
      digest: 'sha256:bad',
      directory: '/app',
    })
  })

  test('is run as the manifest writes it, with the tool’s own words in their place', () => {
    const argvOf = (argv: readonly string[]) => {
      const { steps } = planned({ migrations: [program('2.js')], from: inDirectory, command: { ...command, argv } })
      const found = steps.find(({ command: { kind } }) => kind === 'database.program')?.command
      return found !== undefined && 'argv' in found ? found.argv : null
    }
    expect(argvOf(['{command}', '--verbose'])).toEqual(['npx', 'knex', 'migrate:down', '2.js', '--verbose'])
    expect(argvOf(['node_modules/.bin/npx', '{args}'])).toEqual([
      'node_modules/.bin/npx',
      'knex',
      'migrate:down',
      '2.js',
    ])
    expect(argvOf(['bin/back', '--to={version}'])).toEqual(['bin/back', '--to=2.js'])
  })

  test('of a release on a Swarm is run there from its digest, or in a directory of this machine', () => {
    const host = { ...docker, kind: 'swarm' }
    const given = { migrations: [program('2.js')], command, host }
    for (const from of [inDirectory, inRelease]) expect(planned({ ...given, from }).blockers).toEqual([])
    expect(placeIn({ ...given, from: inDirectory })).toEqual({ kind: 'directory', path: '/srv/api' })
    expect(placeIn({ ...given, from: inRelease })).toMatchObject({ kind: 'release', service: 'api' })
  })

  const byHand = 'reverse it with its own tool (npx knex migrate:down 2.js), then plan again'
  test.each<[string, Given, string]>([
    [
      'nothing declares how it is run',
      { migrations: [program('2.js')], from: inDirectory },
      `main: migration 2.js (2.js) is a JavaScript program: ${byHand}; or declare under migrations: command: how Astern may run that, and it is a step of the plan`,
    ],
    [
      'its database is a file',
      { migrations: [program('2.js')], from: inDirectory, command, file: '/srv/shop.db' },
      `main: migration 2.js (2.js) is a JavaScript program, and Astern runs none on a SQLite file: with whatever uses the file stopped, copy the file, ${byHand}`,
    ],
    [
      'there are too many rows to keep',
      { migrations: [program('2.js')], from: inDirectory, command, rows: { orders: 30_000_001 } },
      `main: migration 2.js (2.js) is a JavaScript program: what it destroys is not known, so every table is kept whole before it, and 30000001 rows are too many for that. Restore from a backup instead, where one is declared (backups:), or ${byHand}`,
    ],
    [
      'its command would take back another one, which stays',
      {
        migrations: [program('0.js', { argv: ['npx', 'typeorm', 'migration:revert'] }), { ...sql, version: '1.sql' }],
        from: inDirectory,
        command,
      },
      'main: migration 0.js stands before one that stays, and npx typeorm migration:revert takes back the last one: reverse it by hand, then plan again',
    ],
  ])('blocks the plan where %s', (_, given, blocker) => {
    expect(planned(given).blockers).toEqual([blocker])
  })
})

describe('the undo of a program', () => {
  test('runs the way up in the release that brought it, between comparing and putting back', () => {
    const { steps, blockers } = undone({ migrations: [program('2.js'), program('4.js')], from: inRelease, command })
    expect(blockers).toEqual([])
    expect(inDatabase(steps)).toEqual([
      'main.fence',
      'main.compare.orders',
      'main.archive.customers',
      'main.archive.orders',
      'main.up.2.js',
      'main.up.4.js',
      'main.put-back.orders',
      'main.unfence',
    ])
    expect(steps.find(({ id }) => id === 'main.put-back.orders')?.command).toEqual({
      kind: 'database.put-back',
      database: 'main',
      run: 'r1',
      table: 'orders',
      whole: true,
    })
    expect(steps.find(({ id }) => id === 'main.up.2.js')).toMatchObject({
      command: { argv: ['npx', 'knex', 'migrate:up', '2.js'], place: { digest: 'sha256:bad' } },
      leaves: "2.js is applied by its tool's own table",
      risk: 'destructive',
      repeat: 'never',
    })
  })

  test('is blocked where its tool has no command that applies one alone', () => {
    const { up: _, ...opaque } = program('2.js').opaque!
    expect(undone({ migrations: [{ ...program('2.js'), opaque }], from: inRelease, command }).blockers).toEqual([
      'main: migration 2.js (2.js) is a JavaScript program, and its tool has no command that applies it alone: deploy the release that brings it instead, which applies it; what was archived stays where it is',
    ])
  })
})

type Given = {
  readonly migrations: readonly Migration[]
  readonly from: Migrations['from']
  readonly command?: MigrationCommand
  readonly rows?: DatabaseFact['rows']
  readonly host?: object
  readonly file?: string
}

function planned({ migrations, ...given }: Given): Plan {
  const made = planRollback({
    facts: factsOf(migrations, 'bad', given.rows),
    manifest: manifestOf(given),
    options: { version: null, emergency: false, preserveData: false, services: [] },
    purpose: { kind: 'rollback' },
  })
  if (!made.ok) throw new Error(made.fault.what)
  return made.plan
}

function undone(given: Given): Plan {
  const made = planUndo({
    facts: { ...factsOf(given.migrations, 'good') },
    manifest: manifestOf(given),
    run: 'r1',
    earlier: planned(given),
    before: factsOf(given.migrations, 'bad'),
    archives: [{ database: 'main', table: 'orders' }],
    restored: [],
  })
  if (!made.ok) throw new Error(made.fault.what)
  return made.plan
}

function placeIn(given: Given): unknown {
  const found = planned(given).steps.find(({ command: { kind } }) => kind === 'database.program')?.command
  return found !== undefined && 'place' in found ? found.place : null
}

function inDatabase(steps: readonly Step[]): readonly string[] {
  return steps
    .filter(({ id, command: { kind } }) => kind.startsWith('database.') && !id.endsWith('.prove'))
    .map(({ id }) => id)
}

function manifestOf({ from, command: declared, host = docker, file }: Omit<Given, 'migrations'>): Manifest {
  const server: Pick<MysqlDatabase, 'kind' | 'server' | 'database' | 'account' | 'writers' | 'readers'> = {
    kind: 'mysql',
    server: { kind: 'socket', path: '/s' },
    database: 'shop',
    account: { user: 'astern', password: null },
    writers: ['shop@%'],
    readers: [],
  }
  return {
    environment: { name: 'shop', class: 'drill' },
    hosts: { h: host as Host },
    services: {
      api: {
        hosts: ['h'],
        release: null,
        container: { kind: 'name', name: 'api' },
        kind: 'web',
        dependsOn: ['main'],
        stop: { graceMs: 1000 },
        health: { kind: 'tcp', address: 'h', port: 1 },
        identity: null,
      },
    },
    databases: {
      main: {
        ...(file === undefined ? server : { kind: 'sqlite' as const, file }),
        migrations: {
          tool: 'knex',
          table: 'knex_migrations',
          from,
          ...(declared === undefined ? {} : { command: declared }),
        },
        invariants: [],
      },
    },
    checks: [],
    notify: {},
    timing,
  }
}

/** `1.sql` was there with the good release. */
function factsOf(
  migrations: readonly Migration[],
  runs: string,
  rows: DatabaseFact['rows'] = { customers: 2, orders: 4, knex_migrations_lock: 1 },
): Facts {
  const versions = migrations.map(({ version }) => version)
  const applied = versions.includes('1.sql') ? versions : ['1.sql', ...versions]
  const main: DatabaseFact = {
    fault: null,
    fingerprint: 'f',
    schema: [],
    applied,
    recorded: applied.map(version => ({ version })),
    migrations,
    rows,
    sizeBytes: 0,
    freeBytes: null,
  }
  const services = { 'api@h': { release: 'good', digest: 'sha256:good' } }
  const entry = {
    version: 'good',
    recordedAt: '2026-11-20T10:00:00Z',
    by: 'ana',
    good: true,
    services,
    databases: { main: { fingerprint: 'g', migrations: ['1.sql'] } },
  }
  return {
    at: '2026-11-22T03:12:00Z',
    services: {
      'api@h': {
        observed: {
          state: 'running',
          release: runs,
          digest: `sha256:${runs}`,
          pointed: runs,
          pid: 1,
          since: null,
          note: null,
        },
        releases: ['good', 'bad'].map(release => ({ release, digest: `sha256:${release}`, complete: true, why: null })),
        health: 'unhealthy',
        healthNote: null,
        errors: [],
      },
    },
    databases: { main },
    records: { h: { ledger: [entry], freeze: null, lock: null, refused: [] } },
  }
}
