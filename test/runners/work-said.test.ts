import { expect, test } from 'vitest'
import { workSaid } from '../../src/runners/watching/work-said.ts'
import type { Work } from '../../src/targets/databases/port.ts'
import { idleSession } from '../reports/fixture.ts'

const work: Work = { what: 'ALTER TABLE orders', seconds: 4, percent: null }

test.each<[Partial<Work>, readonly string[]]>([
  [{}, ['for 4 s']],
  [{ percent: 34.6, toGo: 8 }, ['34 %, about 8 s to go']],
  [{ percent: 2, toGo: 240 }, ['2 %, about 4 min to go']],
  [
    { percent: 52.8, toGo: 3, part: 'stage 1 of 2, copy to tmp table' },
    ['52 % of stage 1 of 2, copy to tmp table, about 3 s to go'],
  ],
  [{ part: 'stage 2 of 2, Enabling keys' }, ['stage 2 of 2, Enabling keys, for 4 s']],
  [{ rows: 391_114 }, ['391114 rows so far, for 4 s']],
  [{ waitsFor: { sessions: [idleSession, idleSession] } }, ['has waited 4 s for 2 other sessions']],
  [{ waitsFor: { sessions: [] } }, ['has waited 4 s for others, whom this account may not see']],
  [{ percent: 40, pauses: 'waits: 31 threads running, 25 allowed' }, ['waits: 31 threads running, 25 allowed']],
  [{ landed: ['ok   a: 1', 'MISS b: 2'] }, ['for 4 s', 'MISS b: 2', 'ok   a: 1']],
])('what is at work in a database is told with how far it is and how long it takes yet: %o', (more, lines) => {
  expect(workSaid({ ...work, ...more }, text => text)).toEqual({ what: 'ALTER TABLE orders', says: lines })
})
