import { describe, expect, test } from 'vitest'
import type { EventKind, Line, RunEvent } from '../../src/state/event.ts'
import { lineText, stamp, type Said } from '../../src/state/lines.ts'
import {
  awkward,
  begun,
  checkoutCheck,
  decided,
  facts,
  failed,
  fault,
  idleSession,
  journal,
  opened,
  plan,
  result,
  settled,
  steps,
  wholeRun,
} from '../reports/fixture.ts'

const flat = '<script>alert("x")</script> | `rm -rf` *bold* [a](javascript:1) & "q" second line'

const good = (text: string): Said => ({ text, tone: 'good' })
const bad = (text: string): Said => ({ text, tone: 'bad' })
const warn = (text: string): Said => ({ text, tone: 'warn' })
const said = (text: string): Said => ({ text, tone: 'plain' })

const step = steps.start.id
const signal = { key: 'api@local', at: '', state: 'unhealthy', release: null, latencyMs: null, note: '' } as const

const proposal = {
  id: 'stop-grace.api',
  rule: 'stop-grace',
  path: ['services', 'api', 'stop', 'grace'],
  change: { kind: 'set', was: '30s', becomes: '1m' },
  why: 'SIGKILL was needed',
  evidence: [],
} as const

/** Every kind of event at least once; the type keeps the list whole. */
const table: Readonly<Record<EventKind, readonly (readonly [RunEvent, Said | null])[]>> = {
  'run.opened': [
    [opened, said('opened a rollback of shop (production)')],
    [
      { ...opened, purpose: { kind: 'undo', run: 'r-1' } } as RunEvent,
      said('opened the undo of r-1 of shop (production)'),
    ],
    [
      { ...opened, purpose: { kind: 'errand', what: 'a record of 1.2.2' } } as RunEvent,
      said('opened a record of 1.2.2 of shop (production)'),
    ],
  ],
  'intent.taken': [[{ kind: 'intent.taken', id: 'i', ask: 'hold' }, null]],
  'run.moved': [
    [
      { kind: 'run.moved', to: { on: 'bastion-2', directory: '/runs/r' }, reason: 'bastion-1 is lost' },
      { text: 'goes on from bastion-2, by the copy its hosts have: bastion-1 is lost', tone: 'warn' },
    ],
  ],
  'drill.began': [[{ kind: 'drill.began' }, good('the drill begins: its steady state was seen')]],
  'drill.joined': [[{ kind: 'drill.joined', run: 'r1' }, said('run r1 was opened in the drill')]],
  'drill.reached': [
    [{ kind: 'drill.reached', run: 'r1', phase: 2, begins: null }, said('run r1 is in Plan')],
    [{ kind: 'drill.reached', run: 'r1', phase: 3, begins: step }, said(`run r1 is in Services, at ${step}`)],
  ],
  'drill.left': [[{ kind: 'drill.left', run: 'r1', outcome: 'reached' }, said('run r1 is closed: reached')]],
  'event.said': [
    [{ kind: 'event.said', inject: 'ceo', text: 'How long?', wantsAnswer: true }, warn('How long? (wants an answer)')],
    [{ kind: 'event.said', inject: 'ceo', text: 'We are live.', wantsAnswer: false }, warn('We are live.')],
  ],
  'event.answered': [
    [{ kind: 'event.answered', inject: 'ceo', text: 'Ten minutes' }, said('answered ceo: Ten minutes')],
  ],
  'hint.taken': [
    [{ kind: 'hint.taken', hint: 0, text: 'Look twice.', cost: 5 }, said('took hint 1 (5 points): Look twice.')],
  ],
  'inject.fired': [[{ kind: 'inject.fired', inject: 'lock' }, warn('fired lock')]],
  'inject.held': [
    [{ kind: 'inject.held', inject: 'lock', held: true }, said('holds lock back')],
    [{ kind: 'inject.held', inject: 'lock', held: false }, said('lets lock go')],
  ],
  'observation.made': [[{ kind: 'observation.made', text: 'nobody read it' }, said('observed: nobody read it')]],
  'hand.done': [[{ kind: 'hand.done', text: 'told the team' }, said('done by hand: told the team')]],
  'drill.ending': [
    [
      { kind: 'drill.ending', why: 'finished', words: 'what was played in it is closed' },
      good('the drill ends (finished): what was played in it is closed'),
    ],
    [{ kind: 'drill.ending', why: 'halted', words: 'a real one' }, warn('the drill ends (halted): a real one')],
  ],
  'hosts.identified': [[{ kind: 'hosts.identified', ids: { local: 'AAAA' } }, null]],
  'engine.started': [[{ kind: 'engine.started', pid: 7, version: '0.1.0' }, said('engine 0.1.0 runs as process 7')]],
  'journal.recovered': [
    [{ kind: 'journal.recovered', droppedBytes: 1 }, warn('the journal ended in the middle of a line: 1 byte dropped')],
  ],
  'helm.taken': [
    [{ kind: 'helm.taken', epoch: 1, console: 'c', reason: null }, said('took the helm')],
    [{ kind: 'helm.taken', epoch: 2, console: 'c', reason: 'ana left' }, said('took the helm: ana left')],
  ],
  'helm.asked': [
    [{ kind: 'helm.asked', epoch: 1, console: 'd', reason: null }, warn('asks for the helm')],
    [
      { kind: 'helm.asked', epoch: 1, console: 'd', reason: 'I know this one' },
      warn('asks for the helm: I know this one'),
    ],
  ],
  'helm.given': [[{ kind: 'helm.given', epoch: 2, console: 'd', to: 'ben' }, said('gave the helm to ben')]],
  'helm.kept': [
    [{ kind: 'helm.kept', epoch: 1, console: 'd', to: 'ben', word: null }, said('keeps the helm that ben asked for')],
    [
      { kind: 'helm.kept', epoch: 1, console: 'd', to: 'ben', word: 'nearly done' },
      said('keeps the helm that ben asked for: nearly done'),
    ],
  ],
  'helm.unasked': [
    [{ kind: 'helm.unasked', console: 'd', name: 'ben' }, said('ben asks for the helm no more: that console is gone')],
  ],
  'helm.left': [[{ kind: 'helm.left', epoch: 1, console: 'c' }, warn('left the helm; nobody is at it')]],
  'facts.gathered': [
    [
      { kind: 'facts.gathered', facts, proposed: { severity: 'SEV-2', why: 'checkout fails', scope: '' } },
      said('looked at 2 services and 0 databases; proposes SEV-2: checkout fails'),
    ],
  ],
  'decision.made': [[decided, said(`SEV-2, roll back: checkout answers 500 ${flat}`)]],
  'plan.proposed': [
    [{ kind: 'plan.proposed', plan, hash: 'a1' }, said('plan a1: 1.3.0 -> 1.2.2, database first, 6 steps, about 0:12')],
    [
      { kind: 'plan.proposed', plan: { ...plan, blockers: ['no room for the safety copy'] }, hash: 'a1' },
      warn(
        'plan a1: 1.3.0 -> 1.2.2, database first, 6 steps, about 0:12; it cannot be approved: no room for the safety copy',
      ),
    ],
  ],
  'plan.failed': [
    [
      { kind: 'plan.failed', fault: { code: 'plan.none', what: 'No release', means: 'No plan.', next: 'Record one.' } },
      bad('no plan: No release. No plan. Record one.'),
    ],
  ],
  'plan.signed': [
    [
      { kind: 'plan.signed', hash: 'a1', typed: ['shop'], unattendedUntil: null },
      warn('approved plan a1, typing shop; a second person has to, before anything is done'),
    ],
  ],
  'plan.approved': [
    [
      { kind: 'plan.approved', hash: 'a1', typed: ['shop', 'main'], unattendedUntil: null },
      good('approved plan a1, typing shop, main'),
    ],
    [
      { kind: 'plan.approved', hash: 'a1', typed: ['shop'], unattendedUntil: '2026-11-18T04:00:00.000Z' },
      good('approved plan a1, typing shop; goes on unattended until 2026-11-18T04:00:00.000Z'),
    ],
  ],
  'plan.revised': [
    [
      { kind: 'plan.revised', plan, hash: 'b2', why: 'undo what was done', diff: [] },
      warn('plan revised (undo what was done): 6 steps, wants approval as b2'),
    ],
  ],
  'plan.withdrawn': [
    [{ kind: 'plan.withdrawn', hash: 'a1' }, said('withdrew the plan')],
    [
      { kind: 'plan.withdrawn', hash: 'a1', version: '1.2.1' },
      said('withdrew the plan, for one that goes back to 1.2.1'),
    ],
    [
      { kind: 'plan.withdrawn', hash: 'a1', configuration: 'recorded' },
      said('withdrew the plan, for one that takes the recorded configuration'),
    ],
    [
      { kind: 'plan.withdrawn', hash: 'a1', restore: 'newest' },
      said('withdrew the plan, for one that restores a backup'),
    ],
    [
      { kind: 'plan.withdrawn', hash: 'a1', restore: 'none' },
      said('withdrew the plan, for one that reverses and restores nothing'),
    ],
  ],
  'rehearsal.asked': [[{ kind: 'rehearsal.asked', hash: 'a1' }, said('has the way back tried on a clone')]],
  'rehearsal.ended': [
    [{ kind: 'rehearsal.ended', hash: 'a1', outcome: 'kept', says: 'rehearsed' }, said('rehearsed')],
    [
      { kind: 'rehearsal.ended', hash: 'a1', outcome: 'failed', says: 'no room' },
      { text: 'no room', tone: 'warn' },
    ],
  ],
  'step.begun': [
    [begun(steps.start), said('begins: start api 1.2.2 on local')],
    [begun(steps.start, 2), said('begins: start api 1.2.2 on local (attempt 2)')],
  ],
  'step.probed': [
    [
      { kind: 'step.probed', step, attempt: 1, verdict: 'holds', says: 'it runs', observed: null },
      warn('api@local.start was in doubt; looking says: holds: it runs'),
    ],
  ],
  'step.settled': [
    [settled(steps.start, 'it runs'), good('done: api@local.start: it runs')],
    [
      { ...settled(steps.start, 'it runs'), outcome: 'already' } as RunEvent,
      good('already so: api@local.start: it runs'),
    ],
    [
      failed(steps.start),
      bad(`failed: api@local.start: api on local did not start: ${flat}. api is down. Retry, or undo.`),
    ],
    [
      { ...failed(steps.start), fault: { ...fault, what: 'It died', detail: 'exit 1' } } as RunEvent,
      bad('failed: api@local.start: It died (exit 1). api is down. Retry, or undo.'),
    ],
  ],
  'step.unknown': [
    [
      { kind: 'step.unknown', step, attempt: 1, why: 'the engine ended' },
      warn('api@local.start is in doubt: the engine ended; whether it was done is looked at next'),
    ],
  ],
  'step.retried': [[{ kind: 'step.retried', step }, said('again: api@local.start')]],
  'step.skipped': [[{ kind: 'step.skipped', step, reason: 'by hand' }, warn('skipped api@local.start: by hand')]],
  'sessions.blocking': [
    [
      { kind: 'sessions.blocking', database: 'main', sessions: [idleSession] },
      warn('main waits for session 12 of shop@10.0.0.5:4412, its transaction open for 95 s, idle for 90 s'),
    ],
    [
      { kind: 'sessions.blocking', database: 'main', sessions: [] },
      said('main: no statement waits for others any more'),
    ],
  ],
  'sessions.named': [
    [
      {
        kind: 'sessions.named',
        step,
        attempt: 1,
        database: 'main',
        sessions: [{ ...idleSession, statement: 'DO SLEEP(?)' }],
      },
      warn(
        `asked to end, because ${step} waits for them: session 12 of shop@10.0.0.5:4412, its transaction open for 95 s, at work for 90 s: DO SLEEP(?)`,
      ),
    ],
  ],
  held: [[{ kind: 'held', reason: awkward, by: 'person' }, warn(`held: ${flat}`)]],
  resumed: [[{ kind: 'resumed' }, said('resumed')]],
  'checks.started': [[{ kind: 'checks.started', suite: 'after' }, said('runs the checks (after)')]],
  'check.settled': [
    [
      { kind: 'check.settled', suite: 'after', result: result(checkoutCheck, 'pass', 'got 201') },
      good('check checkout: pass (got 201)'),
    ],
    [
      {
        kind: 'check.settled',
        suite: 'after',
        result: result(checkoutCheck, 'pass', 'got 201', { firstFailure: 'got 502' }),
      },
      good('check checkout: pass (got 201, after failing first: got 502)'),
    ],
    [
      { kind: 'check.settled', suite: 'after', result: result(checkoutCheck, 'degraded', 'slow') },
      warn('check checkout: degraded (slow)'),
    ],
    [
      { kind: 'check.settled', suite: 'after', result: result(checkoutCheck, 'inconclusive', 'nothing asserted') },
      bad('check checkout: inconclusive (nothing asserted)'),
    ],
  ],
  'checks.ended': [[{ kind: 'checks.ended', suite: 'after' }, null]],
  'validation.accepted': [
    [{ kind: 'validation.accepted', reason: null }, good('accepted the result')],
    [{ kind: 'validation.accepted', reason: 'known flake' }, warn('accepted the result over: known flake')],
  ],
  'message.queued': [
    [
      {
        kind: 'message.queued',
        id: 'decided.ops',
        audience: 'team',
        command: {
          kind: 'message.send',
          channel: 'ops',
          delivery: 'd',
          moment: 'decided',
          subject: 'going back',
          text: '',
        },
      },
      said('message for ops: going back'),
    ],
  ],
  'message.edited': [[{ kind: 'message.edited', subject: 'S', text: 'T' }, said('edited the message: S')]],
  'signal.changed': [
    [{ kind: 'signal.changed', signal }, bad('api@local is unhealthy')],
    [
      { kind: 'signal.changed', signal: { ...signal, state: 'healthy', release: '1.2.2', note: '200' } },
      good('api@local 1.2.2 is healthy: 200'),
    ],
    [{ kind: 'signal.changed', signal: { ...signal, state: 'unknown' } }, warn('api@local is unknown')],
  ],
  'signal.summed': [
    [
      { kind: 'signal.summed', stage: 'during', key: 'api@local', from: '', samples: 5, failures: 0, latencyMs: 3 },
      null,
    ],
  ],
  'note.added': [[{ kind: 'note.added', text: awkward }, said(`note: ${flat}`)]],
  'lessons.added': [
    [
      { kind: 'lessons.added', lessons: '', owner: 'bo', reviewAt: '2026-11-20T10:00:00.000Z' },
      said('post-mortem 2026-11-20T10:00:00.000Z, owner bo'),
    ],
  ],
  'review.booked': [
    [
      { kind: 'review.booked', file: 'p.ics', at: '2026-11-20T10:00:00.000Z', owner: 'bo', sha256: 's' },
      good('post-mortem booked for 2026-11-20T10:00:00.000Z, owner bo: p.ics'),
    ],
  ],
  'review.withdrawn': [
    [
      { kind: 'review.withdrawn', reason: 'a duplicate' },
      { text: 'called the post-mortem off: a duplicate', tone: 'warn' },
    ],
  ],
  'review.cancelled': [
    [
      {
        kind: 'review.cancelled',
        of: 'r',
        file: 'p.ics',
        at: '2026-11-20T10:00:00.000Z',
        owner: 'bo',
        sha256: 's',
        sequence: 2,
        reason: 'a duplicate',
      },
      { text: 'post-mortem of 2026-11-20T10:00:00.000Z called off: a duplicate', tone: 'warn' },
    ],
  ],
  'report.written': [
    [
      { kind: 'report.written', file: 'incident.md', bytes: 12, sha256: 's' },
      good('incident document written: incident.md, 12 bytes'),
    ],
  ],
  'conflicts.found': [
    [{ kind: 'conflicts.found', database: 'main', conflicts: [] }, good('every archived value of main went back')],
    [
      { kind: 'conflicts.found', database: 'main', conflicts: [{ id: 1 }, { id: 2 }] },
      warn('2 archived values of main not put back: the rows have changed since'),
    ],
  ],
  'proposals.made': [
    [
      { kind: 'proposals.made', proposals: [proposal], never: [] },
      said('1 change of astern.yaml proposed: stop-grace.api'),
    ],
    [{ kind: 'proposals.made', proposals: [], never: [] }, null],
  ],
  'proposal.answered': [
    [
      { kind: 'proposal.answered', id: 'stop-grace.api', answer: 'accept', reason: '' },
      said('accepted the proposal stop-grace.api'),
    ],
    [
      { kind: 'proposal.answered', id: 'stop-grace.api', answer: 'never', reason: 'by design' },
      said('turned down for good the proposal stop-grace.api: by design'),
    ],
  ],
  'proposal.written': [
    [
      { kind: 'proposal.written', id: 'stop-grace.api', written: true, says: 'it stands in /srv/astern.yaml' },
      good('stop-grace.api: it stands in /srv/astern.yaml'),
    ],
    [
      { kind: 'proposal.written', id: 'stop-grace.api', written: false, says: 'the disk is full' },
      warn('stop-grace.api was not written: the disk is full'),
    ],
  ],
  'item.signed': [[{ kind: 'item.signed', item: 'told', reason: 'by phone' }, warn('signed off "told": by phone')]],
  'fault.seen': [
    [
      { kind: 'fault.seen', fault: { code: 'x.y', what: 'The disk is full', means: 'It holds.', next: 'Make room.' } },
      bad('The disk is full. It holds. Make room.'),
    ],
  ],
  'close.asked': [[{ kind: 'close.asked', outcome: 'short', why: 'gave up' }, said('closing (short): gave up')]],
  'run.closed': [
    [{ kind: 'run.closed', outcome: 'reached', why: 'done' }, good('closed: reached (done)')],
    [{ kind: 'run.closed', outcome: 'short', why: 'gave up' }, warn('closed: short of the goal (gave up)')],
  ],
}

function lineOf(event: RunEvent, who = 'ana'): Line {
  const [line] = journal([[0, who, event]])
  if (line === undefined) throw new Error('a journal of one event has one line')
  return line
}

describe('a line of the journal in words', () => {
  test.each(Object.entries(table))('says %s', (_, cases) => {
    expect(cases.map(([event]) => lineText(lineOf(event)))).toEqual(cases.map(([, wanted]) => wanted))
  })

  test('is one line without control characters, whatever came from outside', () => {
    const texts = journal(wholeRun).flatMap(line => lineText(line)?.text ?? [])
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(texts.filter(text => /[\u0000-\u001f\u007f-\u009f\u202e]/.test(text))).toEqual([])
  })

  test('is cut where it would go on for ever', () => {
    const text = lineText(lineOf({ kind: 'note.added', text: 'x'.repeat(10_000) }))?.text ?? ''
    expect([text.length, text.at(-1)]).toEqual([400, '…'])
  })

  test('is stamped with the time in UTC and the name of who did it', () => {
    expect(stamp(lineOf({ kind: 'resumed' }))).toBe('03:10:00 ana')
    expect(stamp(lineOf({ kind: 'resumed' }, 'an\u001b[1ma\nb'))).toBe('03:10:00 ana b')
  })
})
