import { describe, expect, test } from 'vitest'
import type { CheckResult } from '../../src/state/check-result.ts'
import type { Facts, LedgerEntry, ServiceFact } from '../../src/state/facts.ts'
import type { Manifest } from '../../src/state/manifest.ts'
import { changedSince, firstChangeAt } from '../../src/state/assessment.ts'
import { proposeSeverity } from '../../src/state/planner/severity.ts'

describe('an assessment', () => {
  test('says what is other than when it was known to work, and since when: earliest first, what has no time last', () => {
    expect(changedSince(facts)).toEqual([
      { what: 'main has migration 2 add notes', at: '2026-11-18T02:50:01.000Z' },
      { what: 'api@web-1 runs 1.3.0 in the place of 1.2.2', at: '2026-11-18T02:51:07.000Z' },
      { what: 'auth@web-1 1.2.2 is unhealthy', at: '2026-11-18T02:58:00.000Z' },
      { what: 'api@web-2 1.2.2 is stopped', at: null },
    ])
  })

  test('proposes the earliest release of it as where to ask when users were first hurt', () => {
    expect(firstChangeAt(facts)).toBe('2026-11-18T02:51:07.000Z')
    expect(firstChangeAt({ ...facts, records: {} })).toBeNull()
    expect(changedSince({ ...facts, records: {} })).toEqual([])
  })

  test('proposes by the first rule of the manifest that fits, and without one by how much fails', () => {
    const baseline = [result('log in', 'auth', 'must', 'fail'), result('search', 'core', 'should', 'inconclusive')]
    const severity = (rules: NonNullable<Manifest['severity']>) =>
      proposeSeverity(facts, { environment: { class: 'production' }, severity: rules } as unknown as Manifest, baseline)
    const [one, five] = ['SEV-1', 'SEV-5'] as const
    expect(severity([{ is: one, what: 'check', name: 'search' }])).toMatchObject({
      severity: one,
      why: 'the check search does not pass, by the rule for it',
    })
    const rules = [
      { is: one, what: 'group', name: 'core' },
      { is: five, what: 'group', name: 'auth' },
      { is: one, what: 'check', name: 'log in' },
    ] as const
    expect(severity(rules)).toMatchObject({
      severity: five,
      why: 'a must check of auth does not pass, by the rule for them',
    })
    expect(severity([{ is: five, what: 'service', name: 'api' }])).toMatchObject({
      severity: five,
      why: 'api is not well, by the rule for it',
    })
    expect(severity([{ is: five, what: 'service', name: 'worker' }])).toMatchObject({ severity: one })
  })
})

function result(
  name: string,
  group: CheckResult['group'],
  severity: CheckResult['severity'],
  verdict: CheckResult['verdict'],
): CheckResult {
  return { name, group, severity, verdict } as CheckResult
}

function service(release: string, since: string | null, more: object = {}, health = 'healthy'): ServiceFact {
  const observed = { state: 'running', release, digest: `d-${release}`, pointed: release, pid: 1, since, note: null }
  return {
    observed: { ...observed, ...more },
    releases: [{ release: '1.2.2', digest: 'd-1.2.2', complete: true, why: null }],
    health,
    healthNote: null,
    errors: [],
  } as ServiceFact
}

const good = { release: '1.2.2', digest: 'd-1.2.2' }
const entry: LedgerEntry = {
  version: '1.2.2',
  recordedAt: '2026-11-10T10:00:00Z',
  by: 'ana',
  good: true,
  services: { 'api@web-1': good, 'api@web-2': good, 'auth@web-1': good },
  databases: { main: { fingerprint: 'then', migrations: ['1'] } },
}

const facts: Facts = {
  at: '2026-11-18T03:10:00Z',
  services: {
    'api@web-1': service('1.3.0', '2026-11-18T02:51:07.000Z'),
    'api@web-2': service('1.2.2', null, { state: 'stopped' }),
    'auth@web-1': service('1.2.2', '2026-11-18T02:58:00.000Z', {}, 'unhealthy'),
  },
  databases: {
    main: {
      fault: null,
      fingerprint: 'now',
      schema: [],
      applied: ['1', '2'],
      recorded: [{ version: '1' }, { version: '2', name: 'add notes', at: '2026-11-18 02:50:01' }],
      migrations: [],
      rows: {},
      sizeBytes: null,
      freeBytes: null,
    },
  },
  records: { 'web-1': { ledger: [entry], freeze: null, lock: null, refused: [] } },
}
