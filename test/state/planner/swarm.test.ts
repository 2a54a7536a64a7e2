import { describe, expect, test } from 'vitest'
import type { Facts, LedgerEntry, Observed, Recorded, SwarmReferences } from '../../../src/state/facts.ts'
import type { Host, Manifest, Service } from '../../../src/state/manifest.ts'
import type { Plan, PlanOptions } from '../../../src/state/plan.ts'
import { planRevision } from '../../../src/state/planner/revision.ts'
import { planRollback } from '../../../src/state/planner/rollback.ts'
import type { RunState } from '../../../src/state/run-state.ts'
import { freshStep } from '../../../src/state/reduce-step.ts'
import { effectOf } from '../../../src/state/sql/effect.ts'
import { timing } from './timing.ts'

const asked: PlanOptions = { version: null, emergency: false, preserveData: false, services: [] }
const good = `sha256:${'a'.repeat(64)}`
const bad = `sha256:${'b'.repeat(64)}`
const repository = 'registry:5000/shop/api'

describe('a service on a Swarm', () => {
  test('is updated in one step, and nothing of it stops before', () => {
    const plan = planned(environment())
    expect(ofService(plan, 'api@swarm')).toEqual(['api@swarm.update', 'api@swarm.health', 'api@swarm.prove'])
    expect(commandOf(plan, 'api@swarm.update')).toEqual({
      kind: 'service.update',
      service: 'api',
      host: 'swarm',
      release: '1.2.2',
      digest: good,
      image: `${repository}:1.2.2@${good}`,
      references: references('old'),
      monitorMs: 100,
      followMs: 600_000,
    })
  })

  test('has an undo that names the image, the configs and the secrets it has today', () => {
    const { undo } = stepOf(planned(environment()), 'api@swarm.update')
    expect(undo).toMatchObject({
      release: '1.3.0',
      digest: bad,
      image: `${repository}:1.3.0@${bad}`,
      references: references('new'),
    })
  })

  test('of which max_parallel is given is updated that many tasks at once', () => {
    const command = commandOf(planned(environment({ api: { maxParallel: 4 } })), 'api@swarm.update')
    expect(command).toMatchObject({ parallelism: 4 })
  })

  test('that a proxy is told of, and that is asked from inside, counts as there again after both', () => {
    const connects = [{ argv: ['nc', '-z', 'db', '5432'] }]
    const traffic = { reload: [{ kind: 'command', argv: ['nginx', '-s', 'reload'] }] } as const
    const plan = planned(environment({ api: { connects, traffic }, web: { dependsOn: ['api'] } }))
    expect(ofService(plan, 'api@swarm')).toEqual(
      ['update', 'health', 'connect', 'reload', 'prove'].map(what => `api@swarm.${what}`),
    )
    expect(stepOf(plan, 'web@swarm.update').needs).toContain('api@swarm.reload')
  })

  test('that may never run twice has each task end before its like starts', () => {
    const command = commandOf(planned(environment({ api: { kind: 'worker' } })), 'api@swarm.update')
    expect(command).toMatchObject({ stopFirst: true })
  })

  test('is updated once what it depends on is healthy, on a Docker host or on the Swarm', () => {
    const plan = planned(environment({ api: { dependsOn: ['auth', 'cache'] }, auth: { hosts: ['docker'] }, cache: {} }))
    expect(stepOf(plan, 'api@swarm.update').needs).toEqual(
      expect.arrayContaining(['auth@docker.health', 'cache@swarm.health']),
    )
    expect(ofService(plan, 'auth@docker')).toContain('auth@docker.stop')
    for (const { id, needs } of plan.steps)
      for (const need of needs)
        expect(plan.steps.findIndex(one => one.id === need)).toBeLessThan(plan.steps.findIndex(one => one.id === id))
  })

  test('stops before the database goes back, is pointed and starts after it', () => {
    const plan = planned(withMigration(environment({ api: { dependsOn: ['main'] } })))
    expect(plan.order).toBe('database first')
    expect(ofService(plan, 'api@swarm')).toEqual([
      'api@swarm.stop',
      'api@swarm.point',
      'api@swarm.start',
      'api@swarm.health',
      'api@swarm.prove',
    ])
    expect(commandOf(plan, 'api@swarm.point')).toMatchObject({
      image: `${repository}:1.2.2@${good}`,
      references: references('old'),
    })
    expect(stepOf(plan, 'api@swarm.point').undo).toMatchObject({
      image: `${repository}:1.3.0@${bad}`,
      references: references('new'),
    })
  })

  test('that pauses in the middle is updated back, and its health is waited for', () => {
    const plan = planned(environment())
    const { plan: revised } = planRevision({ plan, steps: failedAt(plan, 'api@swarm.update'), revision: 2 })
    expect(revised.steps.map(({ id, command }) => [id, command.kind])).toEqual([
      ['api@swarm.update.undo2', 'service.update'],
      ['api@swarm.update.undo2.health', 'service.health'],
    ])
    expect(revised.steps[0]?.command).toMatchObject({ release: '1.3.0', digest: bad })
  })

  test('names in the plan which configs and secrets come back and which go', () => {
    expect(planned(environment()).drift).toEqual([
      'api@swarm: config old comes back, config new goes, as recorded with 1.2.2',
    ])
  })
})

type World = { readonly manifest: Manifest; readonly facts: Facts }

function planned({ manifest, facts }: World, options = asked): Plan {
  const made = planRollback({ facts, manifest, options, purpose: { kind: 'rollback' } })
  if (!made.ok) throw new Error(made.fault.what)
  return made.plan
}

function ofService(plan: Plan, key: string): readonly string[] {
  return plan.steps.map(({ id }) => id).filter(id => id.startsWith(`${key}.`))
}

function stepOf(plan: Plan, id: string) {
  const found = plan.steps.find(one => one.id === id)
  if (found === undefined) throw new Error(`no step ${id}`)
  return found
}

function commandOf(plan: Plan, id: string) {
  return stepOf(plan, id).command
}

function failedAt(plan: Plan, failing: string): RunState['steps'] {
  return Object.fromEntries(
    plan.steps.map(({ id, command }, seq) => [
      id,
      id === failing ? { id, command, status: 'failed', attempt: 1, seq } : freshStep(id, seq),
    ]),
  ) as unknown as RunState['steps']
}

function references(config: string): SwarmReferences {
  return { configs: [{ id: `id-${config}`, name: config, file: null }], secrets: [] }
}

function environment(services: Readonly<Record<string, Partial<Service>>> = { api: {} }): World {
  const docker: Host = { kind: 'docker', endpoint: { kind: 'unix', path: '/docker.sock' }, address: '127.0.0.1' }
  const serviceOf = (given: Partial<Service>): Service => ({
    hosts: ['swarm'],
    release: null,
    ...(given.hosts?.[0] === 'docker' ? { container: { kind: 'name', name: 'shop' } as const } : { swarm: 'shop_api' }),
    kind: 'web',
    dependsOn: [],
    stop: { graceMs: 1000 },
    health: null,
    identity: null,
    ...given,
  })
  const all = Object.entries(services).map(([name, given]) => [name, serviceOf(given)] as const)
  const keys = all.map(([name, { hosts }]) => `${name}@${hosts[0] ?? ''}` as const)
  const recorded: Recorded = {
    release: '1.2.2',
    digest: good,
    image: { name: `${repository}:1.2.2`, digests: [`${repository}@${good}`] },
  }
  const observed: Observed = {
    state: 'running',
    release: '1.3.0',
    digest: bad,
    pointed: '1.3.0',
    pid: null,
    since: null,
    note: null,
    image: { name: `${repository}:1.3.0`, digests: [`${repository}@${bad}`] },
  }
  const onSwarm = (key: string): boolean => key.endsWith('@swarm')
  const ledger: LedgerEntry = {
    version: '1.2.2',
    recordedAt: '2026-11-01T00:00:00.000Z',
    by: 'ana',
    good: true,
    services: Object.fromEntries(
      keys.map(key => [key, onSwarm(key) ? { ...recorded, references: references('old') } : recorded]),
    ),
    databases: { main: { fingerprint: 'f', migrations: ['1'] } },
  }
  const releases = [{ release: '1.2.2', digest: good, complete: true, why: null }]
  return {
    manifest: {
      environment: { name: 'shop', class: 'drill' },
      hosts: { swarm: { ...docker, kind: 'swarm' }, docker },
      services: Object.fromEntries(all),
      databases: {
        main: {
          kind: 'sqlite',
          file: '/srv/db',
          migrations: { tool: 'dbmate', table: 'schema_migrations', from: { service: 'api', path: 'm' } },
          invariants: [],
        },
      },
      checks: [],
      notify: {},
      timing,
    },
    facts: {
      at: '2026-11-18T03:00:00.000Z',
      services: Object.fromEntries(
        keys.map(key => [
          key,
          {
            observed: onSwarm(key) ? { ...observed, references: references('new') } : observed,
            releases,
            health: 'unhealthy',
            healthNote: null,
            errors: [],
          },
        ]),
      ),
      databases: {
        main: {
          fault: null,
          fingerprint: 'f',
          schema: [],
          applied: ['1'],
          migrations: [],
          rows: {},
          sizeBytes: 10,
          freeBytes: 1000,
        },
      },
      records: { swarm: { ledger: [ledger], freeze: null, refused: [], lock: null } },
    },
  }
}

function withMigration({ manifest, facts }: World): World {
  const statement = (sql: string) => ({ sql, effects: [effectOf(sql)] })
  const migration = {
    version: '2',
    name: 'move',
    up: [statement('ALTER TABLE orders DROP COLUMN note')],
    down: [statement('ALTER TABLE orders ADD COLUMN note')],
    compatibleWith: [],
  }
  const main = { ...facts.databases['main']!, applied: ['1', '2'], migrations: [migration] }
  return { manifest, facts: { ...facts, databases: { main } } }
}
