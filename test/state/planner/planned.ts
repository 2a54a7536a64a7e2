import type { Facts, InstanceKey, LedgerEntry, Observed } from '../../../src/state/facts.ts'
import type { Manifest, Service } from '../../../src/state/manifest.ts'
import type { Plan } from '../../../src/state/plan.ts'
import { planRollback } from '../../../src/state/planner/rollback.ts'
import { timing } from './timing.ts'

type Given = Readonly<Record<string, Partial<Service> & Pick<Service, 'hosts'>>>
type Seen = Partial<Observed> | Readonly<Record<InstanceKey, Partial<Observed>>>

/** Services that run `bad` on hosts `a` to `f`, and the plan back to `good`. */
export function planned(given: Given, seen: Seen = {}, preserveData = false): Plan {
  const { manifest, facts } = seenOf(given, seen)
  const options = { version: null, emergency: false, preserveData, services: [] }
  const made = planRollback({ facts, manifest, options, purpose: { kind: 'rollback' } })
  if (!made.ok) throw new Error(JSON.stringify(made.fault))
  return made.plan
}

export function seenOf(given: Given, seen: Seen = {}): { readonly manifest: Manifest; readonly facts: Facts } {
  const services = Object.entries(given).map(([name, service]): [string, Service] => [
    name,
    {
      release: null,
      container: { kind: 'name', name },
      kind: 'web',
      dependsOn: [],
      stop: { graceMs: 1000 },
      health: null,
      identity: null,
      ...service,
    },
  ])
  const keys = services.flatMap(([name, { hosts }]) => hosts.map(host => `${name}@${host}` as const))
  const hosts = ['a', 'b', 'c', 'd', 'e', 'f']
  const manifest: Manifest = {
    environment: { name: 'shop', class: 'drill' },
    hosts: Object.fromEntries(
      hosts.map(host => [host, { kind: 'docker', endpoint: { kind: 'unix', path: `/${host}` }, address: host }]),
    ),
    services: Object.fromEntries(services),
    databases: { main: { kind: 'sqlite', file: '/main.db', migrations: null, invariants: [] } },
    checks: [],
    notify: {},
    timing,
  }
  const observed = (key: InstanceKey): Observed => ({
    state: 'running',
    release: 'bad',
    digest: 'sha256:bad',
    pointed: 'bad',
    pid: 1,
    since: null,
    note: null,
    ...(key in seen ? seen[key as keyof typeof seen] : seen),
  })
  const schema = { fingerprint: 'same', migrations: [] }
  const entry = (version: string): LedgerEntry => ({
    version,
    recordedAt: '2026-11-20T10:00:00Z',
    by: 'ana',
    good: true,
    services: Object.fromEntries(keys.map(key => [key, { release: version, digest: `sha256:${version}` }])),
    databases: { main: schema },
  })
  const record = { ledger: [entry('good')], freeze: null, lock: null, refused: [] }
  const facts: Facts = {
    at: '2026-11-22T03:12:00Z',
    services: Object.fromEntries(
      keys.map(key => [
        key,
        {
          observed: observed(key),
          releases: [{ release: 'good', digest: 'sha256:good', complete: true, why: null }],
          health: 'unhealthy',
          healthNote: null,
          errors: [],
        },
      ]),
    ),
    databases: {
      main: {
        fault: null,
        fingerprint: 'same',
        schema: [],
        applied: [],
        migrations: [],
        rows: {},
        sizeBytes: 0,
        freeBytes: 1,
      },
    },
    records: Object.fromEntries(hosts.map(host => [host, record])),
  }
  return { manifest, facts }
}

export function needsOf(plan: Plan, id: string): readonly string[] {
  const step = plan.steps.find(each => each.id === id)
  if (step === undefined) throw new Error(`no step ${id}: ${plan.steps.map(each => each.id).join(' ')}`)
  return step.needs
}
