import { parseManifest } from '../../../src/manifest/load.ts'
import type { BackupsFact } from '../../../src/state/backup.ts'
import type { CheckResult } from '../../../src/state/check-result.ts'
import type { Command } from '../../../src/state/command.ts'
import type { Line, RunEvent, RunPurpose } from '../../../src/state/event.ts'
import type { Facts, ServerFact, ServiceFact } from '../../../src/state/facts.ts'
import type { Fault } from '../../../src/state/fault.ts'
import type { Json } from '../../../src/state/json.ts'
import type { Manifest } from '../../../src/state/manifest.ts'
import type { Plan } from '../../../src/state/plan.ts'
import { decision, journal, opened, plan, type Moment } from '../../reports/fixture.ts'

/** As a team would have it, with comments that are to be kept. */
export const text = `environment: { name: shop, class: production }
hosts:
  web-1: { docker: unix:///run/docker.sock } # the only one
services:
  api:
    hosts: [web-1]
    container: api
    stop: { grace: 30s } # it drains first
    health: { http: "http://{host}:8080/healthz" }
  mailer: # nobody knows when it is well
    hosts: [web-1]
    container: mailer
databases:
  main:
    mysql: { socket: /run/db.sock, database: shop, user: astern }
    writers: { accounts: ["shop@%"] } # the application
    migrations:
      tool: knex
      from: { dir: /srv/migrations }
      command: { timeout: 10m }
checks:
  # by hand, before this file was
  - name: catalogue
    http: { url: "http://localhost/catalogue" }
    assert: [{ status: 200 }]
  - name: check out
    severity: must
    http: { url: "http://localhost/checkout", method: POST }
    assert: [{ status: 201 }]
notify:
  ops: { file: /var/log/ops.ndjson }
timing:
  health_deadline: 2m
  stable: 5s
`

export const manifest = loaded(text)

export function loaded(written: string): Manifest {
  const read = parseManifest(written, '/srv')
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  return read.manifest
}

export type Did = {
  readonly step: string
  readonly command: Command
  readonly tookMs?: number
  readonly observed?: Json
  readonly fault?: Fault
  /** Its deadline passed first. */
  readonly late?: true
}

export type Told = {
  readonly did?: readonly Did[]
  readonly before?: readonly CheckResult[]
  readonly after?: readonly CheckResult[]
  readonly suiteMs?: number
  readonly accepted?: string
  readonly server?: Partial<ServerFact>
  readonly health?: ServiceFact['health']
  readonly facts?: Partial<Facts>
  readonly backups?: BackupsFact
  readonly purpose?: RunPurpose
  readonly plan?: Partial<Plan>
  readonly manifest?: Manifest
  readonly more?: readonly RunEvent[]
}

/** A run's journal up to its acceptance: what is not told went well. */
export function runThat(told: Told, run = 'now'): readonly Line[] {
  const {
    did = [],
    before = [checked('catalogue', { verdict: 'fail' })],
    after = [],
    suiteMs = 1000,
    accepted,
    more = [],
  } = told
  const moments: Moment[] = []
  let at = 0
  const put = (event: RunEvent, afterMs = 0): void => {
    at += afterMs / 1000
    moments.push([at, 'astern', event])
  }
  put({ ...opened, manifest: told.manifest ?? manifest, purpose: told.purpose ?? { kind: 'rollback' } } as RunEvent)
  put({ kind: 'checks.started', suite: 'baseline' })
  for (const result of before) put({ kind: 'check.settled', suite: 'baseline', result })
  put({ kind: 'checks.ended', suite: 'baseline' })
  put({ kind: 'facts.gathered', facts: factsOf(told), proposed: { severity: 'SEV-2', why: '', scope: '' } })
  put({ kind: 'decision.made', decision })
  put({ kind: 'plan.proposed', plan: { ...plan, steps: [], atRisk: [], ...told.plan }, hash: 'h' })
  const attempts = new Map<string, number>()
  for (const { step, command, tookMs = 500, observed = null, fault = null, late } of did) {
    const attempt = (attempts.get(step) ?? 0) + 1
    attempts.set(step, attempt)
    put({ kind: 'step.begun', step, attempt, command, commandHash: '', repeat: 'by state', epoch: 1 })
    if (late === true) put({ kind: 'step.unknown', step, attempt, why: 'its deadline passed' }, tookMs / 2)
    const outcome = fault === null ? 'ok' : 'failed'
    const says = fault?.what ?? ''
    put(
      { kind: 'step.settled', step, attempt, outcome, says, observed, fault, output: null },
      late === true ? tookMs / 2 : tookMs,
    )
  }
  put({ kind: 'checks.started', suite: 'after' })
  for (const result of after) put({ kind: 'check.settled', suite: 'after', result })
  put({ kind: 'checks.ended', suite: 'after' }, suiteMs)
  put({ kind: 'validation.accepted', reason: accepted ?? null })
  for (const event of more) put(event)
  return journal(moments, run)
}

function factsOf({ server, health = 'healthy', facts, backups }: Told): Facts {
  const observed = {
    state: 'running',
    release: '1',
    digest: 'd',
    pointed: '1',
    pid: 1,
    since: null,
    note: null,
  } as const
  const service = { observed, releases: [], health, healthNote: null, errors: [] } as const
  return {
    at: '2026-11-18T03:10:00.000Z',
    services: { 'api@web-1': service, 'mailer@web-1': { ...service, health: 'healthy' } },
    databases: {
      main: {
        fault: null,
        fingerprint: null,
        schema: [],
        applied: [],
        migrations: [],
        rows: {},
        sizeBytes: null,
        freeBytes: null,
        ...(backups === undefined ? {} : { backups }),
        server: {
          version: '10.11',
          place: 'db:3306',
          id: '1',
          readOnly: false,
          replicaOf: 'none',
          lagSeconds: null,
          replicas: 0,
          strangers: [],
          long: [],
          ...server,
        },
      },
    },
    records: {},
    ...facts,
  }
}

export function checked(name: string, rest: Partial<CheckResult> = {}): CheckResult {
  return {
    name,
    group: 'core',
    severity: 'must',
    verdict: 'pass',
    says: '',
    latencyMs: 40,
    attempts: 1,
    firstFailure: null,
    ...rest,
  }
}

export function faulty(code: string, what = code): Fault {
  return { code, what, means: '', next: '' }
}

export const stop = (graceMs: number) => ({ kind: 'service.stop', service: 'api', host: 'web-1', graceMs }) as const
export const health = { kind: 'service.health', service: 'api', host: 'web-1', release: '1' } as const
