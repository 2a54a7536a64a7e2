import type { SeenSession } from '../../src/state/blocked.ts'
import type { Command } from '../../src/state/command.ts'
import type { CheckResult } from '../../src/state/check-result.ts'
import type { Actor, Decision, Line, RunEvent } from '../../src/state/event.ts'
import type { Facts, ServiceFact } from '../../src/state/facts.ts'
import type { Fault } from '../../src/state/fault.ts'
import type { Check, Manifest } from '../../src/state/manifest.ts'
import type { Plan, Step } from '../../src/state/plan.ts'

/** A journal written by hand: a whole run, with awkward text wherever the outside world could put some. */
export const awkward =
  '\u001b[31m<script>alert("x")</script> | `rm -rf` \u202e*bold* [a](javascript:1) & "q"\nsecond line'

export type Moment = readonly [atSeconds: number, who: string, event: RunEvent]

const openedAt = Date.UTC(2026, 10, 18, 3, 10, 0)

export function journal(moments: readonly Moment[], run = 'r-1118-a'): readonly Line[] {
  return moments.map(([seconds, who, event], index) => ({
    v: 1,
    seq: index + 1,
    ts: new Date(openedAt + seconds * 1000).toISOString(),
    mono: 5_000_000 + seconds * 1000,
    boot: 'boot-1',
    run,
    actor: actor(who),
    event,
    prev: `hash-${index}`,
    h: `hash-${index + 1}`,
  }))
}

function actor(name: string): Actor {
  return name === 'astern' ? { name, uid: 0, from: 'engine' } : { name, uid: 1000, from: '10.0.0.7' }
}

export const loginCheck = check('log in', 'auth')
export const checkoutCheck = check('checkout', 'critical')

const manifest: Manifest = {
  environment: { name: 'shop', class: 'production' },
  hosts: { local: { kind: 'releases', root: '/srv/shop', address: '127.0.0.1' } },
  services: { api: service(['main']), auth: service([]) },
  databases: { main: { kind: 'sqlite', file: '/srv/shop.db', migrations: null, invariants: [] } },
  checks: [loginCheck, checkoutCheck],
  notify: { ops: { kind: 'file', path: '/srv/ops.log', audience: 'team' } },
  timing: {
    healthDeadlineMs: 20_000,
    probeIntervalMs: 200,
    probeTimeoutMs: 2_000,
    consecutive: 2,
    stableMs: 500,
    watchMs: 2_000,
    turnBackMs: 1_800_000,
  },
}

function service(dependsOn: readonly string[]): Manifest['services'][string] {
  return {
    hosts: ['local'],
    release: { path: 'api', start: ['node', 'server.mjs'], env: {} },
    kind: 'web',
    dependsOn,
    stop: { graceMs: 5_000 },
    health: null,
    identity: null,
  }
}

function check(name: string, group: Check['group']): Check {
  return {
    name,
    group,
    severity: 'must',
    request: { kind: 'http', url: 'http://127.0.0.1/', method: 'GET', headers: {}, json: null },
    asserts: [{ kind: 'status', equals: 200 }],
    extract: {},
    timeoutMs: 1_000,
    attempts: 2,
    intervalMs: 10,
  }
}

export function result(
  of: Check,
  verdict: CheckResult['verdict'],
  says: string,
  rest: Partial<CheckResult> = {},
): CheckResult {
  const { name, group, severity } = of
  return { name, group, severity, verdict, says, latencyMs: 41, attempts: 1, firstFailure: null, ...rest }
}

function seen(release: string, errors: readonly string[]): ServiceFact {
  return {
    observed: {
      state: 'running',
      release,
      digest: `sha256:${release}`,
      pointed: release,
      pid: 4711,
      since: '2026-11-18T02:55:00.000Z',
      note: null,
    },
    releases: [],
    health: release === '1.3.0' ? 'unhealthy' : 'healthy',
    healthNote: null,
    errors,
  }
}

export const facts: Facts = {
  at: '2026-11-18T03:10:04.000Z',
  services: { 'api@local': seen('1.3.0', ['first', 'second', 'third', awkward]), 'auth@local': seen('1.2.2', []) },
  databases: {},
  records: {},
}

function step(id: string, phase: Step['phase'], command: Command, rest: Partial<Step> = {}): Step {
  const base = { id, phase, title: id, command, needs: [], leaves: '', undo: null } as const
  return { ...base, risk: 'safe', repeat: 'by state', deadlineMs: 20_000, estimateMs: 2_000, ...rest }
}

const api = { service: 'api', host: 'local' } as const
const target = { release: '1.2.2', digest: 'sha256:1.2.2' } as const
export const steps = {
  stop: step('api@local.stop', 3, { kind: 'service.stop', ...api, graceMs: 5_000 }, { title: 'stop api on local' }),
  archive: step('main.archive.order_notes', 4, { kind: 'database.archive', database: 'main', table: 'order_notes' }),
  down: step(
    'main.down.20261118.1',
    4,
    {
      kind: 'database.statement',
      database: 'main',
      direction: 'down',
      migration: '20261118',
      index: 1,
      of: 1,
      sql: 'DROP TABLE order_notes',
      migrationsTable: 'schema_migrations',
    },
    { title: 'down 20261118, 1 of 1: drop table order_notes', risk: 'destructive' },
  ),
  start: step(
    'api@local.start',
    3,
    { kind: 'service.start', ...api, ...target },
    { title: 'start api 1.2.2 on local' },
  ),
  prove: step('api@local.prove', 3, { kind: 'service.prove', ...api, ...target }),
  proveData: step('main.prove', 4, { kind: 'database.prove', database: 'main', fingerprint: 'f', migrations: [] }),
}

export const plan: Plan = {
  options: { version: null, emergency: false, preserveData: false, services: [] },
  purpose: { kind: 'rollback' },
  from: '1.3.0',
  target: {
    version: '1.2.2',
    recordedAt: '2026-11-10T12:00:00.000Z',
    by: 'pipeline',
    good: true,
    services: { 'api@local': target, 'auth@local': target },
    databases: {},
  },
  order: 'database first',
  orderReason: 'The old code cannot run on the new schema (drops orders.note), so the database goes first.',
  compatibility: 'incompatible',
  steps: Object.values(steps),
  changes: [{ instance: 'api@local', from: '1.3.0', to: '1.2.2', digest: 'sha256:1.2.2' }],
  migrations: [{ database: 'main', version: '20261118', name: 'move order notes', direction: 'down', statements: 1 }],
  atRisk: [{ database: 'main', table: 'order_notes', column: null, rows: 37, archived: true }],
  untouched: ['auth@local runs 1.2.2 already'],
  passedOver: [{ version: '1.2.3', why: 'not present on local' }],
  warnings: ['a deploy ran 14 minutes ago'],
  blockers: [],
  pointOfNoReturn: steps.down.id,
  estimateMs: 12_000,
  typed: { environment: 'shop', databases: ['main'] },
}

export const fault: Fault = {
  code: 'service.will-not-start',
  what: `api on local did not start: ${awkward}`,
  means: 'api is down.',
  next: 'Retry, or undo.',
}

/** It keeps a statement waiting, and does nothing itself. */
export const idleSession: SeenSession = {
  id: 12,
  user: 'shop',
  host: '10.0.0.5:4412',
  server: 1_790_000_000,
  transaction: '2026-11-18 03:11:00',
  transactionSeconds: 95,
  command: 'Sleep',
  seconds: 90,
  statement: null,
}

export const opened: RunEvent = {
  kind: 'run.opened',
  purpose: { kind: 'rollback' },
  environment: 'shop',
  class: 'production',
  manifest,
  manifestFile: '/srv/astern.yaml',
  options: plan.options,
  confirmed: { names: [], planHash: null },
  headless: false,
  version: '0.1.0',
}

export const decision: Decision = {
  severity: 'SEV-2',
  choice: 'roll back',
  reason: `checkout answers 500 ${awkward}`,
  scope: 'checkout',
  impact: 'nobody can pay',
  turnBackAt: '2026-11-18T03:41:00.000Z',
}
export const decided: RunEvent = { kind: 'decision.made', decision }

export function begun({ id, command, repeat }: Step, attempt = 1): RunEvent {
  return { kind: 'step.begun', step: id, attempt, command, commandHash: 'c', repeat, epoch: 1 }
}

export function settled({ id }: Step, says: string, attempt = 1): RunEvent {
  const output = { path: `evidence/${id}.${attempt}.log`, bytes: 12, sha256: `sha-${id}-${attempt}` }
  return { kind: 'step.settled', step: id, attempt, outcome: 'ok', says, observed: null, fault: null, output }
}

export function failed({ id }: Step, attempt = 1): RunEvent {
  const output = { path: `evidence/${id}.${attempt}.log`, bytes: 99, sha256: `sha-${id}-${attempt}` }
  return { kind: 'step.settled', step: id, attempt, outcome: 'failed', says: '', observed: null, fault, output }
}

const message = (id: string, moment: 'decided' | 'resolved', text: string): Step =>
  step(`message.${id}`, 6, {
    kind: 'message.send',
    channel: 'ops',
    delivery: `r.${id}`,
    moment,
    subject: `SEV-2 shop: ${moment}`,
    text,
  })

function queued(of: Step): RunEvent {
  if (of.command.kind !== 'message.send') throw new Error(`${of.id} sends no message`)
  return { kind: 'message.queued', id: of.id.replace('message.', ''), audience: 'team', command: of.command }
}

const first = message('decided.ops', 'decided', `We are restoring 1.2.2. ${awkward}`)
const last = message('resolved.ops', 'resolved', 'Resolved. Data: none lost.')
const lock = step('local.lock', 2, { kind: 'lock.take', host: 'local', reason: 'rollback' })

/** From opening until both data and code are back, with a failed start, retried, on the way. */
export const untilDone: readonly Moment[] = [
  [0, 'ana', opened],
  [0, 'astern', { kind: 'engine.started', pid: 4242, version: '0.1.0' }],
  [1, 'ana', { kind: 'helm.taken', epoch: 1, console: 'c-1', reason: null }],
  [2, 'astern', begun(lock)],
  [2.4, 'astern', settled(lock, 'nobody else holds it')],
  [3, 'astern', { kind: 'checks.started', suite: 'baseline' }],
  [3.2, 'astern', { kind: 'check.settled', suite: 'baseline', result: result(loginCheck, 'pass', 'got status 200') }],
  [
    3.5,
    'astern',
    {
      kind: 'check.settled',
      suite: 'baseline',
      result: result(checkoutCheck, 'fail', `expected status 201, got 500 ${awkward}`),
    },
  ],
  [3.6, 'astern', { kind: 'checks.ended', suite: 'baseline' }],
  [
    4,
    'astern',
    {
      kind: 'facts.gathered',
      facts,
      proposed: { severity: 'SEV-2', why: '1 of 2 must checks fail', scope: 'api@local, checkout' },
    },
  ],
  [
    9,
    'astern',
    {
      kind: 'signal.summed',
      stage: 'before',
      key: 'api@local',
      from: '2026-11-18T03:10:00.000Z',
      samples: 40,
      failures: 40,
      latencyMs: 12,
    },
  ],
  [60, 'ana', { kind: 'intent.taken', id: 'i-1', ask: 'decide' }],
  [60, 'ana', decided],
  [62, 'astern', { kind: 'plan.proposed', plan, hash: 'a1b2c3d4' }],
  [100, 'bo', { kind: 'note.added', text: `the pager rang at 03:02 ${awkward}` }],
  [120, 'ana', { kind: 'plan.approved', hash: 'a1b2c3d4', typed: ['shop', 'main'], unattendedUntil: null }],
  [120.1, 'astern', queued(first)],
  [120.2, 'astern', begun(steps.stop)],
  [120.3, 'astern', begun(first)],
  [120.6, 'astern', settled(first, 'appended to the file')],
  [121.2, 'astern', settled(steps.stop, 'its process is gone')],
  [121.3, 'astern', begun(steps.archive)],
  [122.3, 'astern', settled(steps.archive, '37 rows kept')],
  [122.4, 'astern', begun(steps.down)],
  [122.9, 'astern', settled(steps.down, 'committed')],
  [
    123,
    'astern',
    {
      kind: 'signal.summed',
      stage: 'during',
      key: 'api@local',
      from: '2026-11-18T03:12:00.000Z',
      samples: 10,
      failures: 10,
      latencyMs: null,
    },
  ],
  [123, 'astern', begun(steps.start)],
  [133, 'astern', failed(steps.start)],
  [134, 'ana', { kind: 'held', reason: 'looking at the log', by: 'person' }],
  [164, 'ana', { kind: 'resumed' }],
  [165, 'ana', { kind: 'step.retried', step: steps.start.id }],
  [165.1, 'astern', begun(steps.start, 2)],
  [167.1, 'astern', settled(steps.start, 'process 4800 runs from 1.2.2', 2)],
  [168, 'astern', begun(steps.prove)],
  [168.5, 'astern', settled(steps.prove, 'api@local answers as 1.2.2')],
  [168.6, 'astern', begun(steps.proveData)],
  [169, 'astern', settled(steps.proveData, 'schema and data are whole')],
]

/** On to the end: checks, acceptance, the last message, the invitation, the document, closed. */
export const wholeRun: readonly Moment[] = [
  ...untilDone,
  [
    170,
    'astern',
    {
      kind: 'signal.changed',
      signal: {
        key: 'api@local',
        at: '2026-11-18T03:12:50.000Z',
        state: 'healthy',
        release: '1.2.2',
        latencyMs: 11,
        note: '200',
      },
    },
  ],
  [
    171,
    'astern',
    {
      kind: 'signal.summed',
      stage: 'after',
      key: 'api@local',
      from: '2026-11-18T03:12:49.000Z',
      samples: 12,
      failures: 0,
      latencyMs: 11,
    },
  ],
  [172, 'astern', { kind: 'checks.started', suite: 'after' }],
  [
    172.2,
    'astern',
    {
      kind: 'check.settled',
      suite: 'after',
      result: result(loginCheck, 'pass', 'got status 200', { attempts: 2, firstFailure: 'connection refused' }),
    },
  ],
  [172.4, 'astern', { kind: 'check.settled', suite: 'after', result: result(checkoutCheck, 'pass', 'got status 201') }],
  [172.5, 'astern', { kind: 'checks.ended', suite: 'after' }],
  [180, 'ana', { kind: 'validation.accepted', reason: null }],
  [180.1, 'astern', queued(last)],
  [180.2, 'astern', begun(last)],
  [180.4, 'astern', settled(last, 'appended to the file')],
  [
    200,
    'ana',
    {
      kind: 'lessons.added',
      lessons: `rehearse downs ${awkward}`,
      owner: 'bo@shop.example',
      reviewAt: '2026-11-20T10:00:00.000Z',
    },
  ],
  [
    201,
    'astern',
    {
      kind: 'review.booked',
      file: 'report/post-mortem.ics',
      at: '2026-11-20T10:00:00.000Z',
      owner: 'bo@shop.example',
      sha256: 'sha-ics',
    },
  ],
  [202, 'astern', { kind: 'report.written', file: 'report/incident.md', bytes: 8000, sha256: 'abcdef0123456789' }],
  [210, 'ana', { kind: 'close.asked', outcome: 'reached', why: 'checklist complete' }],
  [211, 'astern', { kind: 'run.closed', outcome: 'reached', why: 'checklist complete' }],
]

/** The same run on two services that both ran the bad release, of which one was never gone back with. */
export const mixedRun: readonly Moment[] = wholeRun.map(([at, who, event]): Moment => {
  if (event.kind === 'facts.gathered')
    return [
      at,
      who,
      { ...event, facts: { ...facts, services: { ...facts.services, 'auth@local': seen('1.3.0', []) } } },
    ]
  if (event.kind !== 'plan.proposed') return [at, who, event]
  const auth = { instance: 'auth@local', from: '1.3.0', to: '1.2.2', digest: 'sha256:1.2.2' } as const
  return [at, who, { ...event, plan: { ...event.plan, changes: [...event.plan.changes, auth] } }]
})
