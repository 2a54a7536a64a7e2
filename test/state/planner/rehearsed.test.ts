import { describe, expect, test } from 'vitest'
import { estimateText } from '../../../src/state/estimate-text.ts'
import type { Facts, Migration } from '../../../src/state/facts.ts'
import { statementsOf } from '../../../src/state/migrations/statements.ts'
import type { Plan } from '../../../src/state/plan.ts'
import { withEstimates } from '../../../src/state/planner/estimate.ts'
import { waysOf } from '../../../src/state/planner/rehearsal-ways.ts'
import { planRollback } from '../../../src/state/planner/rollback.ts'
import { sqlCrc, withRehearsal, type Rehearsal, type RehearsedDatabase } from '../../../src/state/rehearsal.ts'
import { seenOf } from './planned.ts'

const down = 'DROP TABLE notes'
const migration: Migration = {
  version: '2',
  name: 'notes',
  up: statementsOf('CREATE TABLE notes (id INT)'),
  down: statementsOf(down),
  compatibleWith: [],
}
const database: RehearsedDatabase = {
  today: 'today',
  wanted: 'same',
  reached: 'same',
  returned: 'today',
  rows: 3_100_000,
  whole: true,
  statements: [
    { direction: 'down', migration: '2', index: 1, crc: sqlCrc(down), ms: 41_000 },
    { direction: 'up', migration: '2', index: 1, crc: 0, ms: 10 },
  ],
}
const rehearsal: Rehearsal = {
  at: '2026-11-25T14:03:10.000Z',
  by: 'ana',
  target: 'good',
  digests: { 'api@a': 'sha256:good' },
  databases: { main: database },
  release: { verdict: 'passed', started: ['api'], checks: 38, failed: [] },
}

describe('a rehearsal in the record', () => {
  test('that passed on exactly this shows the old code able to run on the new schema: services go first', () => {
    const made = planned([rehearsal])
    expect([made.order, made.compatibility, made.orderReason]).toEqual([
      'services first',
      'rehearsed compatible',
      'The old code can run on the new schema (rehearsed 2026-11-25 14:03, 38 checks passed), so services go first.',
    ])
    expect(planned([rehearsal], migration, true).order).toBe('services only')
  })

  const { release: _, ...wayDownAlone } = rehearsal
  test.each<[string, Rehearsal]>([
    ['another schema', changed({ databases: { main: { ...database, today: 'yesterday' } } })],
    ['another digest', changed({ digests: { 'api@a': 'sha256:other' } })],
    ['one service more', changed({ digests: { ...rehearsal.digests, 'b@a': 'sha256:b' } })],
    ['another version', changed({ target: 'better' })],
    ['no database', changed({ databases: {} })],
    ['the way down alone', wayDownAlone],
    ['no check', changed({ release: { verdict: 'passed', started: ['api'], checks: 0, failed: [] } })],
    ['all but a service that uses it', changed({ release: { verdict: 'passed', started: [], checks: 1, failed: [] } })],
    ['a room that was amiss', changed({ release: { verdict: 'inconclusive', started: [], checks: 0, failed: ['x'] } })],
  ])('of %s shows nothing of it', (_name, other) => {
    const made = planned([other])
    expect([made.order, made.compatibility]).toEqual(['database first', 'unknown'])
  })

  test('in which the target failed is evidence against it, whatever its migrations declare', () => {
    const failed = changed({ release: { verdict: 'failed', started: ['api'], checks: 2, failed: ['log in: 500'] } })
    const made = planned([failed], { ...migration, compatibleWith: ['good'] })
    expect([made.compatibility, made.orderReason]).toEqual([
      'incompatible',
      "The old code cannot run on the new schema (rehearsed 2026-11-25 14:03, and on today's schema log in: 500; its migrations declare good compatible all the same), so the database goes first, with its users stopped.",
    ])
  })

  test('that passed does not outweigh what statements prove', () => {
    const drops = { ...migration, up: statementsOf('ALTER TABLE orders DROP COLUMN note') }
    expect(planned([rehearsal], drops)).toMatchObject({
      order: 'database first',
      compatibility: 'incompatible',
      orderReason: expect.stringContaining('38 checks passed, which may not reach it') as string,
    })
  })

  test('gives each statement the time it took, said as that', () => {
    const step = planned([rehearsal]).steps.find(({ id }) => id === 'main.down.2.1')
    expect(step).toMatchObject({ estimateMs: 41_000, estimated: { from: 'rehearsal', rows: 3_100_000 } })
    expect(step === undefined ? '' : estimateText(step)).toBe('0:41, rehearsed 2026-11-25 14:03 on 3.1 M rows')
    expect(planned([rehearsal]).estimates?.[0]).toMatch(/^1 of \d+ steps are estimated from a rehearsal\.$/)
    expect(planned([rehearsal]).rehearsed).toEqual([
      'main: rehearsed 2026-11-25 14:03 on 3.1 M rows: the way down, 1 of 1 statements, in 0:41, to the target’s schema',
    ])
  })

  test('on some of the rows, or of another text, gives no time', () => {
    const estimated = (one: RehearsedDatabase, of = migration) =>
      planned([changed({ databases: { main: one } })], of).steps.find(({ id }) => id === 'main.down.2.1')?.estimated
    expect(estimated({ ...database, whole: false })).toBeUndefined()
    expect(estimated(database, { ...migration, down: statementsOf('DROP TABLE IF EXISTS notes') })).toBeUndefined()
    expect(estimated(database)).toBeDefined()
  })

  test('that was refused a statement warns, and blocks nothing: rows may have changed since', () => {
    const statement = { direction: 'down', migration: '2', index: 1, crc: 0, ms: null, fault: '1451: rows' } as const
    const refused = { ...database, reached: null, returned: null, statements: [statement] }
    const made = planned([changed({ databases: { main: refused } })])
    expect(made.blockers).toEqual([])
    expect(made.warnings).toContain(
      'main, rehearsed 2026-11-25 14:03: down 2, statement 1: 1451: rows; mend it and try again: astern rehearse',
    )
  })

  test('of two counts the newest, and a host keeps of each target one', () => {
    const release = { verdict: 'failed', started: [], checks: 1, failed: ['x'] } as const
    const older = changed({ at: '2026-11-24T00:00:00.000Z', release })
    expect(planned([older, rehearsal]).compatibility).toBe('rehearsed compatible')
    expect(withRehearsal([older], rehearsal)).toEqual([rehearsal])
  })
})

describe('what is rehearsed', () => {
  test('is each statement of the plan, and of the undo that would follow', () => {
    const { manifest, facts } = seen([], migration)
    const ways = waysOf(facts, manifest, planned([]))
    expect(ways.map(({ downs, ups, left }) => [downs.map(({ sql }) => sql), ups.map(({ sql }) => sql), left])).toEqual([
      [[down], ['CREATE TABLE notes (id INT)'], null],
    ])
  })
})

function changed(of: Partial<Rehearsal>): Rehearsal {
  return { ...rehearsal, ...of }
}

function planned(rehearsals: readonly Rehearsal[], of: Migration = migration, preserveData = false): Plan {
  const { manifest, facts } = seen(rehearsals, of)
  const options = { version: null, emergency: false, preserveData, services: [] }
  const made = planRollback({ facts, manifest, options, purpose: { kind: 'rollback' } })
  if (!made.ok) throw new Error(made.fault.what)
  return withEstimates(made.plan, { past: { runs: [], notRead: [] }, facts, timing: manifest.timing })
}

function seen(rehearsals: readonly Rehearsal[], of: Migration) {
  const { manifest, facts } = seenOf({ api: { hosts: ['a'], dependsOn: ['main'] } })
  const ledger = Object.values(facts.records)
    .flatMap(record => ('fault' in record ? [] : record.ledger))
    .slice(0, 1)
  const record = { ledger, freeze: null, lock: null, refused: [], rehearsals }
  const main = facts.databases['main']
  if (main === undefined) throw new Error('no database')
  const migrations = { tool: 'dbmate', table: 'schema_migrations', from: { dir: '/x' } } as const
  const given: Facts = {
    ...facts,
    records: { ...facts.records, a: record },
    databases: { main: { ...main, fingerprint: 'today', applied: ['2'], migrations: [of] } },
  }
  const declared = manifest.databases['main']
  if (declared === undefined) throw new Error('no database')
  return { manifest: { ...manifest, databases: { main: { ...declared, migrations } } }, facts: given }
}
