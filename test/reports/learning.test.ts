import { expect, test } from 'vitest'
import { incidentMarkdown } from '../../src/reports/markdown.ts'
import type { RunEvent } from '../../src/state/event.ts'
import { journal, wholeRun, type Moment } from './fixture.ts'

const made: RunEvent = {
  kind: 'proposals.made',
  proposals: ['api', 'auth'].map(service => ({
    id: `stop-grace.${service}`,
    rule: 'stop-grace',
    path: ['services', service, 'stop', 'grace'],
    change: { kind: 'set', was: '5s', becomes: '15s' },
    why: `${service} did not stop within 5s`,
    evidence: [
      { run: 'r-1118-a', seq: 25, says: 'then SIGKILL' },
      { run: 'r-1001-b', seq: 7, says: 'as before' },
    ],
  })),
  never: [],
}

test('the incident document lists what was proposed, on what evidence, and what was taken; where nothing was, it says nothing of it', () => {
  const answers: readonly RunEvent[] = [
    made,
    { kind: 'proposal.answered', id: 'stop-grace.api', answer: 'accept', reason: '' },
    { kind: 'proposal.written', id: 'stop-grace.api', written: true, says: 'it stands in /srv/astern.yaml' },
    { kind: 'proposal.answered', id: 'stop-grace.auth', answer: 'never', reason: 'it is to be killed' },
  ]
  const moments = [...wholeRun.slice(0, -2), ...answers.map((event): Moment => [205, 'bo', event])]
  const text = incidentMarkdown(journal(moments))
  const rows = text.split('\n').filter(line => line.includes('stop.grace: 5s'))
  expect(rows).toEqual([
    String.raw`| services.api.stop.grace: 5s -\> 15s | api did not stop within 5s | 25: then SIGKILL; r-1001-b 7: as before | in the file: taken by bo; it stands in /srv/astern.yaml |`,
    String.raw`| services.auth.stop.grace: 5s -\> 15s | auth did not stop within 5s | 25: then SIGKILL; r-1001-b 7: as before | never: turned down by bo: it is to be killed |`,
  ])
  expect(incidentMarkdown(journal(wholeRun))).not.toContain('What this run taught')
})
