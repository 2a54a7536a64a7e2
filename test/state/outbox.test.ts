import { describe, expect, test } from 'vitest'
import type { Channel } from '../../src/state/channel.ts'
import type { RunEvent } from '../../src/state/event.ts'
import { isMessageOver, messagesToSend } from '../../src/state/house-steps.ts'
import { messageFacts } from '../../src/state/message-facts.ts'
import type { MessageMoment } from '../../src/state/message.ts'
import { dueMessages, nextUpdateAt } from '../../src/state/outbox.ts'
import { replay } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { failed, journal, opened, steps, wholeRun, type Moment } from '../reports/fixture.ts'

const team = { audience: 'team' } as const
const notify: Readonly<Record<string, Channel>> = {
  room: { kind: 'slack', url: 'env:ROOM', ...team },
  pager: { kind: 'pagerduty', event: 'alert', routingKey: 'env:KEY', api: 'https://pd', ...team },
  changes: { kind: 'pagerduty', event: 'change', routingKey: 'env:KEY', api: 'https://pd', ...team },
  page: { kind: 'statuspage', page: 'p', key: 'env:PAGE', components: [], api: 'https://sp', audience: 'public' },
  board: { kind: 'file', path: '/srv/board', audience: 'executives' },
  events: { kind: 'cdevents', url: 'env:EVENTS', token: null, ...team },
  graphs: { kind: 'grafana', url: 'https://g', token: 'env:G', dashboard: null, ...team },
  quiet: { kind: 'file', path: '/srv/quiet', ...team, stages: ['resolved'] },
}

type Opened = Extract<RunEvent, { kind: 'run.opened' }>

/** The fixture's run with these channels and no message yet, up to the first event that `last` picks. */
function at(last: RunEvent['kind'], then: readonly RunEvent[] = [], open: Partial<Opened> = {}): RunState {
  const header = opened as Opened
  const manifest = { ...header.manifest, notify }
  const silent = wholeRun.filter(
    ([, , event]) => event.kind !== 'message.queued' && !('step' in event && event.step.startsWith('message.')),
  )
  const end = silent.findIndex(([, , { kind }]) => kind === last)
  const moments = silent
    .slice(0, end + 1)
    .map(([when, who, event]): Moment => [when, who, event === opened ? { ...header, manifest, ...open } : event])
  return replay(journal([...moments, ...then.map((event): Moment => [1000, 'astern', event])]))
}

const now = '2026-11-18T03:30:00.000Z'
const due = (state: RunState, when = now): readonly string[] => dueMessages(state, when).map(({ id }) => id)

function queued(id: string, moment: MessageMoment, next: string | null = null): RunEvent {
  const channel = id.split('.').at(-1) ?? ''
  const facts = { ...messageFacts(moment, at('decision.made'), now, 'team'), next }
  const command = {
    kind: 'message.send',
    channel,
    delivery: `r.${id}`,
    moment,
    subject: 's',
    text: 't',
    facts,
  } as const
  return { kind: 'message.queued', id, audience: 'team', command }
}

describe('a message is due', () => {
  test('when a person has said what it is and that it is rolled back, and not before', () => {
    expect(due(at('facts.gathered'))).toEqual([])
    expect(due(at('decision.made'))).toEqual([
      'opened.room',
      'opened.pager',
      'opened.page',
      'opened.board',
      'opened.events',
    ])
  })

  test('only with the approval where no person was asked before it', () => {
    const options = { ...(opened as Opened).options, emergency: true }
    expect(due(at('decision.made', [], { options }))).toEqual([])
    expect(due(at('decision.made', [], { purpose: { kind: 'undo', run: 'r' } }))).toEqual([])
  })

  test('on the channels that its moment is for', () => {
    const decidedAt = at('plan.approved')
    expect(due(decidedAt)).toEqual([
      'decided.room',
      'decided.pager',
      'decided.page',
      'decided.board',
      'decided.events',
      'decided.graphs',
    ])
    const ended = due(at('validation.accepted')).filter(id => id.startsWith('resolved.'))
    expect(ended).toEqual(Object.keys(notify).map(channel => `resolved.${channel}`))
  })

  test('when the steps are done, to those who are not at the screen', () => {
    const restored = (state: RunState) => due(state).filter(id => id.startsWith('restored'))
    expect(restored({ ...at('validation.accepted'), accepted: null })).toEqual(['restored.page', 'restored.board'])
    expect(restored(at('plan.approved'))).toEqual([])
  })

  test('when a run that was told of ends before it was approved, and not when nobody knows of it', () => {
    const stopped: RunEvent = { kind: 'close.asked', outcome: 'short', why: 'the switch was enough' }
    expect(due(at('decision.made', [stopped]))).toEqual([])
    const told = at('decision.made', [queued('opened.room', 'opened'), stopped])
    expect(due(told)).toEqual(['failed.room', 'failed.pager', 'failed.page', 'failed.board', 'failed.graphs'])
  })

  test('when the word that was promised is, once, and no more after the end', () => {
    const next = '2026-11-18T03:31:00.000Z'
    const told = ['room', 'pager', 'page', 'board', 'events'].map(channel =>
      queued(`opened.${channel}`, 'opened', next),
    )
    const state = at('decision.made', told)
    expect(nextUpdateAt(state)).toBe(next)
    expect(due(state)).toEqual([])
    const late = due(state, next)
    expect(late).toEqual([`update.${state.seq}.room`, `update.${state.seq}.page`, `update.${state.seq}.board`])
    const again = late.map(id => queued(id, 'progress', '2026-11-18T03:51:00.000Z'))
    expect(due(at('decision.made', [...told, ...again]), next)).toEqual([])
    expect(nextUpdateAt(at('validation.accepted', told))).toBe(null)
  })
})

describe('a message', () => {
  const twice = [queued('opened.room', 'opened'), queued('decided.room', 'decided'), queued('opened.pager', 'opened')]
  const toSend = (...then: readonly RunEvent[]): readonly string[] =>
    messagesToSend(at('plan.approved', [...twice, ...then])).map(({ id }) => id)
  const step = { ...steps.stop, id: 'message.opened.room' }

  test('overtakes none of its channel, and waits for none of another', () => {
    expect(toSend()).toEqual(['message.opened.room', 'message.opened.pager'])
    expect(toSend(begun(step.id, 1))).toEqual(['message.opened.pager'])
  })

  test.each([
    ['failed once', 1, null, false],
    ['failed five times', 5, null, true],
    ['was refused for good', 1, { status: 404, refused: true }, true],
    ['was told to wait', 1, { status: 429, retryAfterMs: 7000 }, false],
  ])('that %s', (_, attempt, observed, isOver) => {
    const settled = { ...failed(step, attempt), observed } as RunEvent
    const state = at('plan.approved', [...twice, begun(step.id, attempt), settled])
    expect(isMessageOver(state, 'opened.room')).toBe(isOver)
    expect(messagesToSend(state).map(({ id }) => id)[0]).toBe(isOver ? 'message.decided.room' : 'message.opened.room')
  })

  test('that may have been sent is over, and nothing sends it again by itself', () => {
    const unknown = { kind: 'step.unknown', step: step.id, attempt: 1, why: 'nobody answered' } as const
    const probed = {
      kind: 'step.probed',
      step: step.id,
      attempt: 1,
      verdict: 'unclear',
      says: 'cannot be asked',
      observed: null,
    } as const
    expect(toSend(begun(step.id, 1), unknown, probed)).toEqual(['message.decided.room', 'message.opened.pager'])
    expect(toSend(begun(step.id, 1), unknown, probed, { kind: 'step.retried', step: step.id })).toEqual([
      'message.opened.room',
      'message.opened.pager',
    ])
  })
})

function begun(id: string, attempt: number): RunEvent {
  const command = { kind: 'lock.release', host: 'local' } as const
  return { kind: 'step.begun', step: id, attempt, command, commandHash: 'h', repeat: 'never', epoch: 1 }
}
