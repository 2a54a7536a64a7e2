import { expect, test } from 'vitest'
import type { Facts, Migration } from '../../../src/state/facts.ts'
import type { Manifest } from '../../../src/state/manifest.ts'
import type { Plan } from '../../../src/state/plan.ts'
import { planUndo } from '../../../src/state/planner/undo.ts'

test('migrations go up again in the order they had been applied in, whatever their versions spell', () => {
  const migrations = ['9', '10', '11'].map(
    (version): Migration => ({
      version,
      name: version,
      up: [{ sql: `CREATE TABLE t${version} (id INT)`, effects: [{ kind: 'create table', table: `t${version}` }] }],
      down: [],
      compatibleWith: [],
    }),
  )
  const facts = {
    at: '2026-11-22T00:00:00Z',
    services: {},
    records: {},
    databases: {
      main: {
        fault: null,
        fingerprint: 'f',
        schema: [],
        applied: [],
        migrations,
        rows: {},
        sizeBytes: 1,
        freeBytes: null,
      },
    },
  } as Facts
  const manifest = {
    environment: { name: 'shop', class: 'staging' },
    hosts: {},
    services: {},
    checks: [],
    databases: {
      main: {
        kind: 'mysql',
        server: { kind: 'socket', path: '/s' },
        database: 'shop',
        account: { user: 'a', password: null },
        writers: [],
        readers: [],
        migrations: { tool: 'golang-migrate', table: 'schema_migrations', from: { dir: '/sql' } },
        invariants: [],
      },
    },
  } as unknown as Manifest
  const earlier = {
    from: '1.3.0',
    target: { version: '1.2.2' },
    options: { version: null, emergency: false, preserveData: false, services: [] },
    steps: [],
    // As the rollback took them: newest first.
    migrations: migrations
      .toReversed()
      .map(({ version, name }) => ({ database: 'main', version, name, direction: 'down', statements: 1 })),
  } as unknown as Plan
  const made = planUndo({ facts, manifest, run: 'r1', earlier, before: facts, archives: [], restored: [] })
  const order = made.ok
    ? made.plan.steps.flatMap(({ command }) => (command.kind === 'database.statement' ? [command.migration] : []))
    : []
  expect(order).toEqual(['9', '10', '11'])
})
