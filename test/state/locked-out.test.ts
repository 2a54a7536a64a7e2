import { describe, expect, test } from 'vitest'
import { data } from '../../src/reports/sections/data.ts'
import { decide } from '../../src/state/decide.ts'
import type { RunEvent } from '../../src/state/event.ts'
import { gateOf } from '../../src/state/gates.ts'
import type { Migration } from '../../src/state/facts.ts'
import { lockedOut, lockedOutLines } from '../../src/state/locked-out.ts'
import type { MysqlDatabase } from '../../src/state/manifest.ts'
import { nextWork } from '../../src/state/next.ts'
import type { Step } from '../../src/state/plan.ts'
import { mysqlReversal } from '../../src/state/planner/mysql-steps.ts'
import { planRevision } from '../../src/state/planner/revision.ts'
import { initialState, reduce } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { journal, wholeRun } from '../reports/fixture.ts'

const declared: MysqlDatabase = {
  kind: 'mysql',
  server: { kind: 'socket', path: '/s' },
  database: 'shop',
  account: { user: 'astern', password: null },
  writers: ['shop@%', "o'hara@10.0.0.%"],
  readers: [],
  migrations: { tool: 'dbmate', table: 'schema_migrations', from: { dir: '/sql' } },
  invariants: [],
}
const migration: Migration = {
  version: '2',
  name: 'notes',
  up: [],
  compatibleWith: [],
  down: [
    { sql: 'ALTER TABLE orders ADD note TEXT', effects: [{ kind: 'add column', table: 'orders', column: 'note' }] },
    { sql: 'DROP TABLE notes', effects: [{ kind: 'drop table', table: 'notes' }] },
  ],
}
const rows = { orders: 3, notes: 2, customers: 1 }
const steps = mysqlReversal(
  'main',
  declared,
  { rows, applied: ['1', '2'], migrations: [migration] } as never,
  [migration],
  [],
)

describe('writers that were locked out of a database', () => {
  test('are let in again when the run ends before its first statement', () => {
    const state = ended(begun('main.fence', 'failed'))
    expect(lockedOut(state)).toEqual([{ database: 'main', writers: declared.writers }])
    expect(nextWork(state, now)).toMatchObject([{ kind: 'step', step: { command: { kind: 'database.unfence' } } }])
    const given = run(
      ...begun('main.fence', 'failed'),
      stopping,
      ...begun('main.let-in', 'ok', { kind: 'database.unfence', database: 'main' }),
    )
    expect(lockedOut(given)).toEqual([])
    expect(lockedOutLines(given)).toEqual([])
  })

  test('stay out when it ends in the middle of the schema, and it is said how they come in', () => {
    const state = ended([
      ...begun('main.fence', 'ok'),
      ...begun('main.down.2.1', 'ok'),
      ...begun('main.down.2.2', 'failed'),
    ])
    const works = nextWork(state, now)
    expect(works.some(work => work.kind === 'step' && work.step.command.kind === 'database.unfence')).toBe(false)
    expect(lockedOutLines(state)).toEqual([
      "main stands in the middle of its schema, and shop@%, o'hara@10.0.0.% are locked out of it. Once it is as it should be: ALTER USER 'shop'@'%', 'o''hara'@'10.0.0.%' ACCOUNT UNLOCK",
    ])
    expect(JSON.stringify(data(state, []))).toContain('main stands in the middle of its schema')
  })

  test('are let in once all its statements have run, whatever came after', () => {
    const state = ended([
      ...begun('main.fence', 'ok'),
      ...begun('main.down.2.1', 'ok'),
      ...begun('main.down.2.2', 'ok'),
      ...begun('main.unchanged', 'failed'),
    ])
    expect(nextWork(state, now)).toMatchObject([{ kind: 'step', step: { command: { kind: 'database.unfence' } } }])
  })

  test('come in when everything is undone, also after a fence that did not close whole', () => {
    const state = run(...begun('main.fence', 'failed'))
    const { plan } = planRevision({ plan: state.plan!.plan, steps: state.steps, revision: 2 })
    expect(plan.steps.map(({ command }) => command.kind)).toEqual(['database.unfence'])
  })

  test('are not let be by a skip: nor is what would be lost, as long as a statement after it destroys something', () => {
    for (const step of ['main.fence', 'main.archive.notes']) {
      const state = run(...begun(step, 'failed'))
      const ask = { kind: 'skip', step, reason: 'no time' } as const
      const intent = { id: 'i', seenSeq: state.seq, gate: gateOf(state)?.id ?? null, epoch: state.helm.epoch, ask }
      const asker = { name: 'ana', console: state.helm.holder?.console ?? '', epoch: state.helm.epoch }
      expect(decide(state, intent, asker, { now, hash: text => text }), step).toMatchObject({
        ok: false,
        refusal: { code: 'needed' },
      })
    }
  })
})

const now = '2026-11-18T03:20:00.000Z'
const stopping: RunEvent = { kind: 'close.asked', outcome: 'short', why: 'stopped' }

/** The steps of the reversal in the place of the fixture's, after these events. */
function run(...events: readonly RunEvent[]): RunState {
  const upTo = wholeRun.findIndex(([, , { kind }]) => kind === 'plan.approved') + 1
  const withSteps = wholeRun.slice(0, upTo).map(([at, who, event]) => {
    if (event.kind === 'plan.proposed') return [at, who, { ...event, plan: { ...event.plan, steps } }] as const
    if (event.kind === 'run.opened')
      return [at, who, { ...event, manifest: { ...event.manifest, notify: {} } }] as const
    return [at, who, event] as const
  })
  return journal([...withSteps, ...events.map(event => [200, 'ana', event] as const)]).reduce(reduce, initialState)
}

function ended(events: readonly RunEvent[]): RunState {
  return run(...events, stopping)
}

function begun(id: string, outcome: 'ok' | 'failed', given?: Step['command']): readonly RunEvent[] {
  const command = given ?? steps.find(step => step.id === id)!.command
  const fault = outcome === 'ok' ? null : { code: 'x', what: 'x', means: 'x', next: 'x' }
  const about = { step: id, attempt: 1 }
  return [
    { kind: 'step.begun', ...about, command, commandHash: '', repeat: 'by state', epoch: 1 },
    { kind: 'step.settled', ...about, outcome, says: '', observed: null, fault, output: null },
  ]
}
