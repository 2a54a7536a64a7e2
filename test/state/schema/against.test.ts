import { describe, expect, test } from 'vitest'
import type { DatabaseFact, Facts, LedgerEntry, SchemaObject } from '../../../src/state/facts.ts'
import { linesAgainst, recordedSchema } from '../../../src/state/schema/against.ts'

const view: SchemaObject = { kind: 'view', name: 'v', definition: '{}' }
const now: DatabaseFact = {
  fault: null,
  fingerprint: 'now',
  schema: [view],
  applied: [],
  migrations: [],
  rows: {},
  sizeBytes: null,
  freeBytes: null,
}

describe("today's schema against a release's", () => {
  test('is told in words where the record has that schema, and by fingerprint alone where it has not', () => {
    expect(linesAgainst(now, { fingerprint: 'then', schema: [] }, '1.2.2')).toEqual(['view v gone'])
    expect(linesAgainst(now, { fingerprint: 'then', schema: null }, '1.2.2')).toEqual([
      'not as at 1.2.2; the record has only the fingerprint of that one',
    ])
    expect(linesAgainst(now, { fingerprint: 'now', schema: null }, '1.2.2')).toEqual(['as at 1.2.2'])
    expect(linesAgainst(now, { fingerprint: 'then', schema: [view] }, '1.2.2')).toEqual([
      'not as at 1.2.2 by its fingerprint, but no difference can be told',
    ])
  })

  test('is not told where nobody recorded it, or it could not be read', () => {
    expect(linesAgainst(now, null, '1.2.2')).toEqual([])
    expect(linesAgainst({ ...now, fingerprint: null }, { fingerprint: 'then', schema: [] }, '1.2.2')).toEqual([])
  })

  test("is looked for in every host's record, the newest entry of the version first", () => {
    const entry = (version: string, fingerprint: string): LedgerEntry => ({
      version,
      recordedAt: '2026-11-22T03:00:00.000Z',
      by: 'ana',
      good: true,
      services: {},
      databases: { main: { fingerprint, migrations: [] } },
    })
    const host = (ledger: readonly LedgerEntry[]): Facts['records'][string] => ({
      ledger,
      freeze: null,
      lock: null,
      refused: [],
    })
    const facts: Facts = {
      at: '2026-11-22T03:00:00.000Z',
      services: {},
      databases: {},
      records: {
        'web-1': host([entry('1.3.0', 'other')]),
        'web-2': host([entry('1.2.2', 'older'), entry('1.2.2', 'newer'), entry('1.3.0', 'other')]),
      },
    }
    expect(recordedSchema(facts, 'main', '1.2.2')).toEqual({ fingerprint: 'newer', schema: null })
    expect(recordedSchema(facts, 'main', '1.1.0')).toBeNull()
    expect(recordedSchema(facts, 'side', '1.2.2')).toBeNull()
  })
})
