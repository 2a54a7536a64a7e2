import { describe, expect, test } from 'vitest'
import type { DatabaseFact, SchemaObject } from '../../../src/state/facts.ts'
import { linesAgainst, schemaTitle } from '../../../src/state/schema/against.ts'

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

  test('is not told where it could not be read, and not compared where the account is not shown the whole of it', () => {
    expect(linesAgainst({ ...now, fingerprint: null }, { fingerprint: 'then', schema: [] }, '1.2.2')).toEqual([])
    expect(linesAgainst({ ...now, unseen: ['triggers'] }, { fingerprint: 'then', schema: [] }, '1.2.2')).toEqual([
      'not compared with 1.2.2: this account is not shown triggers',
    ])
  })

  test('names the hosts that keep something else in its place', () => {
    const target = { fingerprint: 'then', schema: null, disbelieved: ['web-1', 'web-2'] }
    expect(linesAgainst(now, target, '1.2.2')).toEqual([
      'not as at 1.2.2; the record has only the fingerprint of that one; what web-1, web-2 keeps in its place is not that, and is not believed',
    ])
  })

  test('is told in so many lines as are read, each without what could change a screen', () => {
    const schema = Array.from(
      { length: 250 },
      (_, at): SchemaObject => ({
        kind: 'view',
        name: `v\u001b[2J${at}`,
        definition: '{}',
      }),
    )
    const lines = linesAgainst({ ...now, schema: [] }, { fingerprint: 'then', schema }, '1.2.2')
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([201, 'view v0: added', 'and 50 more differences'])
  })

  test('is no change where the data is preserved', () => {
    const options = { version: null, emergency: false, preserveData: false, services: [] }
    expect([schemaTitle(options), schemaTitle({ ...options, preserveData: true })]).toEqual([
      'Schema',
      "Schema: the target's differs, and nothing of it is changed",
    ])
  })
})
