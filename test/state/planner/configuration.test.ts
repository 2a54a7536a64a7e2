import { describe, expect, test } from 'vitest'
import type { ConfigSeen, Configurations, Facts, HostRecord, LedgerEntry } from '../../../src/state/facts.ts'
import type { Manifest } from '../../../src/state/manifest.ts'
import type { Plan, PlanOptions } from '../../../src/state/plan.ts'
import { planRollback } from '../../../src/state/planner/rollback.ts'
import { planUndo } from '../../../src/state/planner/undo.ts'
import { timing } from './timing.ts'

const good = `sha256:${'a'.repeat(64)}`
const bad = `sha256:${'b'.repeat(64)}`
const todays: PlanOptions = { version: null, emergency: false, preserveData: false, services: [] }
const recorded: PlanOptions = { ...todays, configuration: 'recorded' }
const was: ConfigSeen = {
  key: 'k',
  env: { MODE: '1', API_KEY: '2' },
  mounts: ['data on /data'],
  ports: [],
  networks: [],
}
const is: ConfigSeen = { ...was, env: { MODE: '9', API_KEY: '8' } }
const left = { id: 'left-0000000', name: 'api-left', digest: good, config: was, lacks: [] }
const there: Configurations = { today: 'now-00000000', secrets: ['API_KEY'], stopped: [left] }

describe('with the recorded configuration', () => {
  test('a container is made as one that still has it, but for secret values, and an undo puts back what was replaced', () => {
    const { steps, drift, blockers } = planned(there)
    const point = steps.find(({ id }) => id === 'api@h1.point')
    expect(point).toMatchObject({
      title: 'point api on h1 at 1.2.2, with the configuration of container left-0000000',
      command: { configuration: { of: 'left-0000000', instead: 'now-00000000', secrets: ['API_KEY'] } },
      undo: { digest: bad, configuration: { of: 'now-00000000', instead: 'now-00000000', secrets: [] } },
    })
    expect(drift).toEqual([
      "api@h1: since 1.2.2 was recorded, env API_KEY changed, env MODE changed; the recorded one is taken, as container api-left has it; secret values are there, and stay today's: API_KEY",
    ])
    expect(blockers).toEqual([])
  })

  test('that differs in secret values alone, nothing else is taken: these are always today’s', () => {
    const now = { ...was, env: { ...was.env, API_KEY: '8' } }
    const plan = planned({ ...there, stopped: [] }, recorded, now)
    expect(plan.steps.some(({ command }) => 'configuration' in command)).toBe(false)
    expect(plan.blockers).toEqual([])
  })

  test('a secret value of another time in the container that has it does not count', () => {
    const other = { ...left, config: { ...was, env: { ...was.env, API_KEY: '5' } } }
    expect(planned({ ...there, stopped: [other] }).blockers).toEqual([])
  })

  const blocked = 'api@h1: the configuration recorded with 1.2.2 cannot be taken: '
  test.each<[string, Configurations, ConfigSeen, string]>([
    ['no container has it', { ...there, stopped: [] }, is, 'no stopped container on its host has them'],
    [
      'its container has other values',
      { ...there, stopped: [{ ...left, config: is }] },
      is,
      'no stopped container on its host has them',
    ],
    [
      'its container is of another image',
      { ...there, stopped: [{ ...left, digest: bad }] },
      is,
      'no stopped container on its host has them',
    ],
    [
      'what it needs is gone',
      { ...there, stopped: [{ ...left, lacks: ['volume data'] }] },
      is,
      'container api-left has it, and needs what is gone (volume data)',
    ],
    [
      'a secret of it is not there today',
      there,
      { ...is, env: { MODE: '9' } },
      "secret values are always today's, and today there is no env API_KEY",
    ],
    ['nothing stands there to put back', { ...there, today: null }, is, 'nothing stands in its place'],
  ])('the plan is blocked where %s', (_, configurations, now, why) => {
    const plan = planned(configurations, recorded, now)
    expect(plan.blockers).toHaveLength(1)
    expect(plan.blockers[0]).toContain(blocked)
    expect(plan.blockers[0]).toContain(why)
    expect(plan.blockers[0]).toContain("Take today's")
  })

  test('a container of the target itself is made anew where its configuration differs, and only then', () => {
    const changed = (options: PlanOptions): unknown =>
      planned(there, options, is, good).changes.map(({ instance }) => instance)
    expect([changed(recorded), changed(todays)]).toEqual([['api@h1', 'jobs@h1'], ['jobs@h1']])
  })
})

test('the configuration of today is taken where nothing else is asked for, and how to take the other is said', () => {
  const plan = planned(there, todays)
  expect(plan.steps.some(({ command }) => 'configuration' in command)).toBe(false)
  expect(plan.drift).toEqual([
    "api@h1: since 1.2.2 was recorded, env API_KEY changed, env MODE changed; today's is taken (--configuration recorded takes that of api-left); secret values are there, and stay today's: API_KEY",
  ])
})

describe('the undo of a run that took the recorded configuration', () => {
  const before = factsWith(there, is, bad)
  const after = (stopped: Configurations['stopped']): Facts =>
    factsWith({ today: 'made-0000000', secrets: ['API_KEY'], stopped }, was, good)
  const undo = (facts: Facts): Plan => {
    const undone = planUndo({ facts, manifest, run: 'r1', earlier: planned(there), before, archives: [], restored: [] })
    if (!undone.ok) throw new Error(undone.fault.what)
    return undone.plan
  }

  test('puts the container back that it replaced, as it was configured', () => {
    const plan = undo(after([{ ...left, id: 'now-00000000', name: 'api.astern-was-now', digest: bad, config: is }]))
    expect(plan.steps.find(({ id }) => id === 'api@h1.point')?.command).toMatchObject({
      digest: bad,
      configuration: { of: 'now-00000000', instead: 'made-0000000', secrets: ['API_KEY'] },
    })
    expect(plan.blockers).toEqual([])
  })

  test('is blocked where that container is gone: nothing else has its values', () => {
    expect(undo(after([])).blockers).toEqual([
      'api@h1: container now-00000000, which the run replaced, is gone, and its configuration with it',
    ])
  })
})

function planned(configurations: Configurations, options = recorded, now = is, digest = bad): Plan {
  const facts = factsWith(configurations, now, digest)
  const made = planRollback({ facts, manifest, options, purpose: { kind: 'rollback' } })
  if (!made.ok) throw new Error(made.fault.what)
  return made.plan
}

function factsWith(configurations: Configurations, config: ConfigSeen, digest: string): Facts {
  const release = digest === good ? '1.2.2' : '1.3.0'
  const found = [
    { release: '1.2.2', digest: good, complete: true, why: null },
    { release: '1.3.0', digest: bad, complete: true, why: null },
  ]
  const fact = (observed: object, more: object = {}) =>
    ({
      observed: { state: 'running', pid: 1, since: null, note: null, ...observed },
      releases: found,
      health: 'healthy',
      healthNote: null,
      errors: [],
      ...more,
    }) as unknown as Facts['services'][`${string}@${string}`]
  const entry: LedgerEntry = {
    version: '1.2.2',
    recordedAt: '2026-11-01T00:00:00Z',
    by: 'ci',
    good: true,
    services: {
      'api@h1': { release: '1.2.2', digest: good, config: was },
      'jobs@h1': { release: '1.2.2', digest: good },
    },
    databases: {},
  }
  const record: HostRecord = { ledger: [entry], freeze: null, lock: null, refused: [] }
  return {
    at: '2026-11-22T00:00:00Z',
    services: {
      'api@h1': fact({ release, digest, pointed: release, config }, { configurations }),
      'jobs@h1': fact({ release: '1.3.0', digest: bad, pointed: '1.3.0' }),
    },
    databases: {},
    records: { h1: record },
  }
}

const service = {
  hosts: ['h1'],
  kind: 'web',
  dependsOn: [],
  stop: { graceMs: 1000 },
  health: null,
  identity: null,
} as const
const manifest = {
  environment: { name: 'shop', class: 'drill' },
  hosts: { h1: { kind: 'docker', endpoint: { kind: 'unix', path: '/s' }, address: '127.0.0.1' } },
  services: { api: service, jobs: service },
  databases: {},
  checks: [],
  notify: {},
  timing,
} as unknown as Manifest
