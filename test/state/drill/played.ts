import { createHash } from 'node:crypto'
import type { Scenario } from '../../../src/state/drill/scenario.ts'
import { injectStep } from '../../../src/state/drill/play/steps.ts'
import { sealLine } from '../../../src/state/chain.ts'
import type { Line, RunEvent } from '../../../src/state/event.ts'
import { replay } from '../../../src/state/reduce.ts'
import type { RunState } from '../../../src/state/run-state.ts'
import { begun, checkoutCheck, journal, opened, result, settled, wholeRun, type Moment } from '../../reports/fixture.ts'

/** A drill written by hand, and the whole run played in it. */
export const drillRun = 'DRILL-1118-d'
export const playedRun = 'r-1118-a'

export const scenario: Scenario = {
  id: 'dropped-column',
  title: 'The release that dropped a column',
  briefing: 'Orders fail since the release of tonight. The phone rings.',
  objectives: ['tell a bad release from a bad network by what the checks say'],
  environment: { names: ['shop'], classes: ['staging', 'drill'] },
  roles: { owner: 'Ana', coordinator: 'Bo', reporter: 'Cleo', observers: ['Dee'], expertAbsent: true },
  steadyState: ['checkout'],
  injects: [
    {
      id: 'locks',
      when: { kind: 'time', afterMs: 60_000 },
      fault: 'row_locks',
      target: { kind: 'database', database: 'main' },
      settings: {},
      expiresMs: 600_000,
      text: null,
      wantsAnswer: false,
    },
    {
      id: 'api-dies',
      when: { kind: 'phase', phase: 3, step: 'api@local.start' },
      fault: 'kill',
      target: { kind: 'service', service: 'api', host: 'local' },
      settings: {},
      expiresMs: 300_000,
      text: null,
      wantsAnswer: false,
    },
    said('rumour', 140_000, 'Support has forty calls about orders.', false),
    said('ceo', 150_000, 'The CEO asks when it will be over.', true),
  ],
  hints: [
    {
      after: { kind: 'phase', phase: 1, step: null },
      text: 'Which check fails that does not touch the database?',
      cost: 5,
    },
    { after: { kind: 'time', afterMs: 900_000 }, text: 'The old release cannot read the new table.', cost: 10 },
  ],
  expected: { decision: 'roll back', path: ['declares at least SEV-2', 'takes the database back first'] },
  targets: {
    detectMs: 120_000,
    declareMs: 300_000,
    decideMs: null,
    mitigateMs: 1_500_000,
    verifyMs: null,
    firstMessageMs: null,
    longestSilenceMs: null,
  },
  stopConditions: [{ kind: 'seen', text: 'anybody outside the drill is hurt' }],
  blastRadius: { hosts: ['local'], services: ['api'], databases: ['main'], channels: [] },
  deadlineMs: 2_700_000,
  cleanUp: [{ kind: 'hand', text: 'Tell the team that staging is theirs again.' }],
}

function said(id: string, afterMs: number, text: string, wantsAnswer: boolean): Scenario['injects'][number] {
  const when = { kind: 'time', afterMs } as const
  const target = { kind: 'operator' } as const
  return { id, when, fault: 'event', target, settings: {}, expiresMs: null, text, wantsAnswer }
}

function says(inject: string): RunEvent {
  const { text, wantsAnswer } = scenario.injects.find(({ id }) => id === inject) ?? { text: null, wantsAnswer: false }
  return { kind: 'event.said', inject, text: text ?? '', wantsAnswer }
}

const locks = injectStep(scenario.injects[0]!)

if (opened.kind !== 'run.opened') throw new Error('the fixture opens a run')
const opening: RunEvent = { ...opened, class: 'staging', purpose: { kind: 'drill', scenario } }

/** From its opening until the CEO asks, which is before the plan is approved in what is played. */
export const drillMoments: readonly Moment[] = [
  [-110, 'ana', opening],
  [-109, 'astern', { kind: 'engine.started', pid: 777, version: '0.1.0' }],
  [-108, 'astern', { kind: 'checks.started', suite: 'baseline' }],
  [-107, 'astern', { kind: 'check.settled', suite: 'baseline', result: result(checkoutCheck, 'pass', '') }],
  [-106, 'astern', { kind: 'checks.ended', suite: 'baseline' }],
  [-100, 'astern', { kind: 'drill.began' }],
  [-40, 'astern', begun(locks)],
  [-39, 'astern', settled(locks, 'rows of orders are locked')],
  [0.1, 'astern', { kind: 'drill.joined', run: playedRun }],
  [0.2, 'astern', { kind: 'drill.reached', run: playedRun, phase: 1, begins: null }],
  [40, 'astern', says('rumour')],
  [50, 'astern', says('ceo')],
]

/** The same run, opened in the drill. */
export function inDrill(moments: readonly Moment[] = wholeRun): readonly Moment[] {
  const drill = { run: drillRun, title: scenario.title }
  return moments.map(([at, who, event]) =>
    event.kind === 'run.opened' ? [at, who, { ...event, class: 'staging', drill }] : [at, who, event],
  )
}

export function drillAfter(...more: readonly Moment[]): RunState {
  return replay(journal([...drillMoments, ...more], drillRun))
}

/** With their chain, as they stand in a file. */
export function sealed(moments: readonly Moment[], run: string): readonly Line[] {
  let prev = '0'.repeat(64)
  return journal(moments, run).map(({ v, seq, ts, mono, boot, actor, event }) => {
    const line = sealLine({ v, seq, ts, mono, boot, run, actor, event }, prev, text =>
      createHash('sha256').update(text).digest('hex'),
    )
    prev = line.h
    return line
  })
}
