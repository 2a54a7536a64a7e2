import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Facts, LedgerEntry, Migration } from '../../../src/state/facts.ts'
import type { Manifest, Service } from '../../../src/state/manifest.ts'
import { planHash, type Plan, type PlanOptions } from '../../../src/state/plan.ts'
import { planRollback } from '../../../src/state/planner/rollback.ts'
import { effectOf } from '../../../src/state/sql/effect.ts'
import { timing } from './timing.ts'

const asked: PlanOptions = { version: null, emergency: false, preserveData: false, services: [] }

describe('a plan, for any environment', () => {
  test('orders every step after what it needs, and treats each service that changes once, whole', () => {
    fc.assert(
      fc.property(environments(), ({ manifest, facts }) => {
        const plan = planned(manifest, facts, asked)
        const place = new Map(plan.steps.map(({ id }, index) => [id, index]))
        expect(place.size).toBe(plan.steps.length)
        for (const { id, needs } of plan.steps)
          for (const need of needs) expect(place.get(need) ?? Infinity).toBeLessThan(place.get(id) ?? -1)
        for (const { instance } of plan.changes)
          for (const what of ['stop', 'point', 'start', 'health', 'prove'])
            expect(place.has(`${instance}.${what}`)).toBe(true)
      }),
    )
  })

  test('stops a service after all that depend on it, and starts it before them', () => {
    fc.assert(
      fc.property(environments(), ({ manifest, facts }) => {
        const plan = planned(manifest, facts, asked)
        for (const { instance } of plan.changes) {
          const [service = '', host] = instance.split('@')
          for (const other of manifest.services[service]?.dependsOn ?? []) {
            if (!plan.changes.some(change => change.instance === `${other}@${host}`)) continue
            expect(reaches(plan, `${other}@${host}.stop`, `${instance}.stop`)).toBe(true)
            expect(reaches(plan, `${instance}.start`, `${other}@${host}.health`)).toBe(true)
          }
        }
      }),
    )
  })

  test('has no statement begin while a service that uses the database may still run', () => {
    fc.assert(
      fc.property(environments(), ({ manifest, facts }) => {
        const plan = planned(manifest, facts, asked)
        const users = plan.changes.filter(({ instance }) =>
          manifest.services[instance.split('@')[0] ?? '']?.dependsOn.includes('main'),
        )
        const statements = plan.steps.filter(({ command }) => command.kind === 'database.statement')
        for (const { id } of statements)
          for (const { instance } of users) expect(reaches(plan, id, `${instance}.stop`)).toBe(true)
      }),
    )
  })

  test('is the same to the letter however its facts are ordered', () => {
    fc.assert(
      fc.property(environments(), ({ manifest, facts }) => {
        const turned = {
          ...facts,
          services: Object.fromEntries(Object.entries(facts.services).reverse()),
          records: Object.fromEntries(Object.entries(facts.records).reverse()),
        }
        const hash = (text: string): string => text
        expect(planHash(planned(manifest, turned, asked), hash)).toBe(planHash(planned(manifest, facts, asked), hash))
      }),
    )
  })
})

describe('containers on a Docker host', () => {
  const { manifest, facts } = environment(['api', 'side', 'web'], [], ['h1'])
  const seen = (key: 'api@h1' | 'side@h1', more: object): Facts => ({
    ...facts,
    services: {
      ...facts.services,
      [key]: { ...facts.services[key]!, observed: { ...facts.services[key]!.observed, ...more } },
    },
  })

  test('get the restart policy back that they had when the plan was made, forward and in every undo', () => {
    const restart = { name: 'on-failure', retries: 3 }
    const plan = planned(manifest, seen('api@h1', { restart }), asked)
    const steps = new Map(plan.steps.map(one => [one.id, one]))
    expect(steps.get('api@h1.start')?.command).toMatchObject({ kind: 'service.start', release: 'good', restart })
    expect(steps.get('api@h1.stop')?.undo).toMatchObject({ kind: 'service.start', release: 'bad', restart })
    expect(steps.get('web@h1.start')?.command).not.toHaveProperty('restart')
  })

  test("that use another's namespace are stopped before it and started after it, though it alone changes", () => {
    const running = { release: 'good', digest: 'sha256:good', pointed: 'good', sharesWith: ['web', 'api'] }
    const plan = planned(manifest, seen('side@h1', running), { ...asked, services: ['api'] })
    expect(plan.changes.map(({ instance }) => instance)).toEqual(['api@h1', 'side@h1'])
    expect(reaches(plan, 'api@h1.stop', 'side@h1.stop')).toBe(true)
    expect(reaches(plan, 'side@h1.start', 'api@h1.health')).toBe(true)
    const apart = planned(manifest, seen('side@h1', { ...running, sharesWith: undefined }), {
      ...asked,
      services: ['api'],
    })
    expect(apart.changes.map(({ instance }) => instance)).toEqual(['api@h1'])
  })

  test('that are left out by --service are not proven to be what they are not meant to become', () => {
    const plan = planned(manifest, facts, { ...asked, services: ['api'] })
    const proven = plan.steps.flatMap(({ command }) =>
      command.kind === 'service.prove' ? [`${command.service} ${command.release}`] : [],
    )
    expect(plan.changes.map(({ instance }) => instance)).toEqual(['api@h1'])
    expect(proven).toEqual(['api good'])
    expect(plan.leftAside).toEqual(['side@h1', 'web@h1'])
  })

  test('that share one which is replaced, and are no service, block the plan by name', () => {
    expect(planned(manifest, seen('api@h1', { strangers: ['vpn'] }), asked).blockers).toEqual([
      'container vpn uses the network, the processes or the memory of api@h1 and would lose them: add it to astern.yaml as a service, or remove it first',
    ])
  })
})

describe('the order of services and database', () => {
  const { manifest, facts } = environment(['api', 'web'], [['web', 'api']], ['h1'])
  const drops: Migration = {
    version: '2',
    name: 'move',
    up: [statement('ALTER TABLE orders DROP COLUMN note')],
    down: [statement('ALTER TABLE orders ADD COLUMN note'), statement('DROP TABLE notes')],
    compatibleWith: [],
  }
  const with2 = (migration: Migration): Facts => ({
    ...facts,
    databases: { main: { ...facts.databases['main']!, applied: ['1', '2'], migrations: [migration] } },
  })

  test.each([
    ['incompatible, as its statements prove', drops, 'database first', 'incompatible'],
    [
      'not known to be compatible',
      { ...drops, up: [statement('CREATE TABLE notes (id)')] },
      'database first',
      'unknown',
    ],
    ['declared compatible', { ...drops, compatibleWith: ['good'] }, 'services first', 'declared compatible'],
  ] as const)('is computed: the schema is %s', (_, migration, order, compatibility) => {
    const plan = planned(manifest, with2(migration), asked)
    expect([plan.order, plan.compatibility]).toEqual([order, compatibility])
  })

  test('a table that would go is archived first, and the point of no return is named', () => {
    const plan = planned(manifest, with2(drops), asked)
    expect(plan.steps.filter(({ phase }) => phase === 4).map(({ id }) => id)).toEqual([
      'main.copy',
      'main.archive.notes',
      'main.down.2.1',
      'main.down.2.2',
      'main.prove',
    ])
    expect([plan.pointOfNoReturn, plan.typed]).toEqual(['main.down.2.2', { environment: 'shop', databases: ['main'] }])
  })

  test('a migration without a way down blocks the plan', () => {
    expect(planned(manifest, with2({ ...drops, down: null }), asked).blockers).toEqual([
      'main: migration 2 (move) has no way down',
    ])
  })

  test('--preserve-data writes to no database, or is refused with the reason', () => {
    const kept = planned(manifest, with2({ ...drops, compatibleWith: ['good'] }), { ...asked, preserveData: true })
    expect(
      kept.steps.filter(({ command }) => command.kind.startsWith('database.')).map(({ command }) => command.kind),
    ).toEqual(['database.prove'])
    const refused = planRollback({
      facts: with2(drops),
      manifest,
      options: { ...asked, preserveData: true },
      purpose: { kind: 'rollback' },
    })
    expect(refused).toMatchObject({
      ok: false,
      fault: { code: 'preserve.refused', what: expect.stringContaining('2 drops orders.note') },
    })
  })

  test.each([
    ['9.9.9', 'target.unknown', 'The ledger has: good'],
    ['vgood', 'target.unknown', 'The ledger has: good'],
  ])('a version named %s that is not there is refused with those that are', (version, code, means) => {
    const refused = planRollback({ facts, manifest, options: { ...asked, version }, purpose: { kind: 'rollback' } })
    expect(refused).toMatchObject({ ok: false, fault: { code, means: expect.stringContaining(means) } })
  })

  test('the last good release is the one that was recorded last, whatever it is called and however old its files are', () => {
    const [record] = Object.values(facts.records)
    if (record === undefined || 'fault' in record) throw new Error('no record')
    const entries = ['2.0.0', '10.0.0', '1.9.9'].map((version, day) => ({
      ...record.ledger[0]!,
      version,
      recordedAt: `2026-11-0${day + 1}T00:00:00.000Z`,
    }))
    for (const ledger of [entries, entries.toReversed()]) {
      const of = Object.fromEntries(Object.keys(facts.records).map(host => [host, { ...record, ledger }]))
      expect(planned(manifest, { ...facts, records: of }, asked).target.version).toBe('1.9.9')
    }
  })

  test('a release that is not whole on a host is passed over with the reason', () => {
    const key = 'api@h1' as const
    const gone = { ...facts, services: { ...facts.services, [key]: { ...facts.services[key]!, releases: [] } } }
    const refused = planRollback({ facts: gone, manifest, options: asked, purpose: { kind: 'rollback' } })
    expect(refused).toMatchObject({
      ok: false,
      fault: { code: 'target.none', means: expect.stringContaining('good is not on the host for api@h1') },
    })
  })
})

function planned(manifest: Manifest, facts: Facts, options: PlanOptions): Plan {
  const made = planRollback({ facts, manifest, options, purpose: { kind: 'rollback' } })
  if (!made.ok) throw new Error(made.fault.what)
  return made.plan
}

/** Does a step come after another by what it needs? */
function reaches(plan: Plan, from: string, to: string): boolean {
  const needs = new Map(plan.steps.map(step => [step.id, step.needs]))
  const seen = new Set([from])
  for (const id of seen) for (const need of needs.get(id) ?? []) seen.add(need)
  return seen.has(to)
}

/** Services with dependencies that run in no circle, on up to three hosts, with a migration to reverse or none. */
function environments() {
  return fc
    .record({
      count: fc.integer({ min: 1, max: 7 }),
      pairs: fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 12 }),
      hosts: fc.integer({ min: 1, max: 3 }),
      users: fc.array(fc.nat(6)),
      reversed: fc.boolean(),
    })
    .map(({ count, pairs, hosts, users, reversed }) => {
      const names = Array.from({ length: count }, (_, index) => `s${index}`)
      const edges = pairs.filter(([a, b]) => a < b && b < count).map(([a, b]) => [`s${b}`, `s${a}`] as const)
      const uses = users.filter(user => user < count).map(user => [`s${user}`, 'main'] as const)
      const made = environment(
        names,
        [...edges, ...uses],
        Array.from({ length: hosts }, (_, index) => `h${index}`),
      )
      if (!reversed) return made
      const migration: Migration = {
        version: '2',
        name: 'm',
        up: [statement('DROP TABLE t')],
        down: [statement('CREATE TABLE t (a)')],
        compatibleWith: [],
      }
      return {
        ...made,
        facts: {
          ...made.facts,
          databases: { main: { ...made.facts.databases['main']!, applied: ['1', '2'], migrations: [migration] } },
        },
      }
    })
}

function environment(
  names: readonly string[],
  edges: readonly (readonly [string, string])[],
  hosts: readonly string[],
): { manifest: Manifest; facts: Facts } {
  const service = (name: string): Service => ({
    hosts,
    release: { path: name, start: ['x'], env: {} },
    kind: 'web',
    dependsOn: [...new Set(edges.filter(([from]) => from === name).map(([, to]) => to))],
    stop: { graceMs: 1000 },
    health: { kind: 'tcp', address: '{host}', port: 1 },
    identity: null,
  })
  const manifest: Manifest = {
    environment: { name: 'shop', class: 'drill' },
    hosts: Object.fromEntries(hosts.map(host => [host, { kind: 'releases', root: '/srv', address: '127.0.0.1' }])),
    services: Object.fromEntries(names.map(name => [name, service(name)])),
    databases: {
      main: {
        kind: 'sqlite',
        file: '/srv/db',
        migrations: { tool: 'dbmate', table: 'schema_migrations', from: { service: names[0] ?? '', path: 'm' } },
        invariants: [],
      },
    },
    checks: [],
    notify: {},
    timing,
  }
  const keys = names.flatMap(name => hosts.map(host => `${name}@${host}` as const))
  const ledger: LedgerEntry = {
    version: 'good',
    recordedAt: '2026-11-01T00:00:00.000Z',
    by: 'ana',
    good: true,
    services: Object.fromEntries(keys.map(key => [key, { release: 'good', digest: 'sha256:good' }])),
    databases: { main: { fingerprint: 'f', migrations: ['1'] } },
  }
  const releases = [{ release: 'good', digest: 'sha256:good', complete: true, why: null }]
  const observed = {
    state: 'running',
    release: 'bad',
    digest: 'sha256:bad',
    pointed: 'bad',
    pid: 1,
    since: null,
    note: null,
  } as const
  const facts: Facts = {
    at: '2026-11-18T03:00:00.000Z',
    services: Object.fromEntries(
      keys.map(key => [key, { observed, releases, health: 'unhealthy', healthNote: null, errors: [] }]),
    ),
    databases: {
      main: {
        fault: null,
        fingerprint: 'g',
        schema: [],
        applied: ['1'],
        migrations: [],
        rows: { notes: 3, orders: 5 },
        sizeBytes: 10,
        freeBytes: 1000,
      },
    },
    records: Object.fromEntries(hosts.map(host => [host, { ledger: [ledger], freeze: null, lock: null, refused: [] }])),
  }
  return { manifest, facts }
}

function statement(sql: string) {
  return { sql, effects: [effectOf(sql)] }
}
