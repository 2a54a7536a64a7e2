import { describe, expect, test } from 'vitest'
import type { BinlogFact } from '../../../src/state/binlog/fact.ts'
import { isMoment, replayOf } from '../../../src/state/planner/replays.ts'

const counts = { table: 'orders', inserted: 60, updated: 2, deleted: 1 }
const fact: BinlogFact = {
  backup: 'nightly',
  from: { file: 'b.000001', offset: 4 },
  amiss: [],
  bytes: 12_300_000,
  read: {
    end: {
      place: { file: 'b.000002', offset: 900 },
      at: '2026-11-24T03:01:12Z',
      before: 'migration 20261118',
      meant: true,
    },
    files: ['b.000001', 'b.000002'],
    tables: [counts],
    after: [{ ...counts, inserted: 12, updated: 0, deleted: 0 }],
    leftOut: [],
    sha256: 'abc',
    sql: { path: '/run/evidence/main.replay.sql', bytes: 7, sha256: 'ef'.repeat(32) },
  },
}
const backup = { tables: [{ name: 'orders', rows: 1, nextId: null }] }

describe('what the binlog has since a backup', () => {
  test('is offered where it reaches back, and otherwise it is said why not, and blocks nothing', () => {
    expect(replayOf('main', backup, { ...fact, read: null }, undefined)).toEqual({
      offers: ['main from b.000001:4, 12 MB of binlog to read'],
      warnings: [],
      blockers: [],
    })
    expect(replayOf('main', backup, { ...fact, amiss: ['its server writes no binlog'] }, undefined)).toEqual({
      offers: [],
      warnings: ['main cannot be replayed into nightly from the binlog: its server writes no binlog'],
      blockers: [],
    })
    expect(replayOf('main', backup, undefined, undefined)).toEqual({ offers: [], warnings: [], blockers: [] })
  })

  test('is counted, up to the moment and after it, and shown as SQL', () => {
    const { replay, warnings, blockers } = replayOf('main', backup, fact, { until: null })
    expect(blockers).toEqual([])
    expect(replay).toEqual({
      from: { file: 'b.000001', offset: 4 },
      until: { file: 'b.000002', offset: 900 },
      files: ['b.000001', 'b.000002'],
      tables: [{ name: 'orders', rows: 63, more: 59 }],
      sha256: 'abc',
    })
    expect(warnings).toEqual([
      'main: rows written since nightly, by the binlog: 75; 63 come back from it up to 03:01:12 (b.000002:900, before migration 20261118), 12 after that are counted and salvaged: orders 60 inserted 2 updated 1 deleted',
      'main: what is replayed stands as SQL in /run/evidence/main.replay.sql (sha256 efefefefefefefef, 7 bytes); it holds the rows themselves',
    ])
  })

  test('blocks the plan that asked for it where it cannot be, or where nobody says where to end', () => {
    const refused = replayOf('main', backup, { ...fact, amiss: ['b.000001:9 is a statement'] }, { until: null })
    expect(refused).toMatchObject({
      blockers: ['main cannot be replayed into nightly from the binlog: b.000001:9 is a statement'],
    })
    const read = fact.read === null ? null : { ...fact.read, end: null }
    const { blockers, replay } = replayOf('main', backup, { ...fact, read }, { until: null })
    expect([replay, blockers]).toEqual([undefined, [expect.stringContaining('Name the moment: --replay=')]])
  })
})

test('a moment is a place of the binlog, or a time in UTC', () => {
  expect(['binlog.000004:12', '2026-11-24T03:01:12Z', '2026-11-24T03:01Z'].filter(isMoment)).toHaveLength(3)
  expect(
    ['yesterday', '03:01', 'binlog.000004', '2026-11-24 03:01:12', '2026-11-24T03:01:12+01:00'].filter(isMoment),
  ).toEqual([])
})
