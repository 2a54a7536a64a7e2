import { expect, test } from 'vitest'
import type { Channel } from '../../src/state/channel.ts'
import type { RunEvent } from '../../src/state/event.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import { headerRow } from '../../src/ui/frame/header.ts'
import { openDialog } from '../../src/ui/dialogs/table.ts'
import { followUpPanel } from '../../src/ui/panels/follow-up.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { press } from '../../src/ui/view/press.ts'
import { firstView } from '../../src/ui/view/view.ts'
import { opened, wholeRun, type Moment } from '../reports/fixture.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

const theme = themeOf({ theme: 'mono', ascii: false, animation: false, slowLink: false })

const notify: Readonly<Record<string, Channel>> = {
  ops: { kind: 'file', path: '/srv/ops.log', audience: 'team' },
  room: { kind: 'slack', url: 'env:ROOM', audience: 'team' },
  page: { kind: 'statuspage', page: 'p', key: 'env:K', components: [], api: 'https://sp', audience: 'public' },
}

function after(kind: RunEvent['kind'], then: readonly RunEvent[] = []): ConsoleState {
  const header = opened as Extract<RunEvent, { kind: 'run.opened' }>
  const end = wholeRun.findIndex(([, , event]) => event.kind === kind)
  const moments = [
    ...wholeRun
      .slice(0, end + 1)
      .map(
        ([at, who, event]): Moment =>
          event === opened ? [at, who, { ...header, manifest: { ...header.manifest, notify } }] : [at, who, event],
      ),
    ...then.map((event): Moment => [900, 'astern', event]),
  ]
  let seen = 0
  return stateAfter(() => (seen += 1) === moments.length, 'helm', moments)
}

function saysOf(kind: 'decide' | 'message' | 'approve', state: ConsoleState): readonly string[] {
  return openDialog(kind, null, state, 0).says.map(({ text }) => text)
}

test('the decision shows, word for word, who is told what as soon as it is recorded', () => {
  expect(saysOf('decide', after('facts.gathered')).slice(1)).toEqual([
    '"roll back" tells at once, with the scope as it stands below then:',
    expect.stringMatching(
      /^ops \(file, team\), room \(slack, team\): SEV-2 shop: we are investigating \| We are investig/,
    ),
    expect.stringMatching(
      /^page \(statuspage, public\): shop: a problem affecting api, checkout \| .* affecting api, checkout\./,
    ),
  ])
})

test('the first message is edited for the team, and shown to whoever edits it as others are told', () => {
  const state = after('plan.proposed')
  expect(saysOf('message', state)).toEqual([
    'Goes out with the approval, to: ops (file, team), room (slack, team)',
    'When the next one comes is added as it is sent.',
    expect.stringMatching(
      /^page \(statuspage, public\): shop: a problem affecting checkout \| The issue was caused by a recent/,
    ),
  ])
  const text = openDialog('message', null, state, 0).fields.find(({ id }) => id === 'text')
  expect(text).toMatchObject({ value: expect.not.stringContaining('Next update') })
})

test('the approval shows, word for word, what is sent with it, as it was edited', () => {
  const edited: RunEvent = { kind: 'message.edited', subject: 'own', text: 'words' }
  expect(saysOf('approve', after('plan.proposed', [edited])).slice(-3)).toEqual([
    'Tells, with the approval (Esc, then e, edits what the team reads):',
    expect.stringMatching(/^ops \(file, team\), room \(slack, team\): own \| words Next update by \d\d:\d\d UTC\.$/),
    expect.stringMatching(/^page \(statuspage, public\): shop: a problem affecting checkout \| /),
  ])
})

test('the keys that the approval names lead from it to the message', () => {
  const state = after('plan.proposed')
  const keys = ['enter', 'esc', 'e'] as const
  const { dialog } = keys.reduce(
    (view, key, at) => press(view, key, worldOf(state, { view, clockMs: at * 1000 })).view,
    firstView,
  )
  expect(dialog?.kind).toBe('message')
})

const doubtful = (id: string, then: readonly RunEvent[] = []): readonly RunEvent[] => [
  {
    kind: 'message.queued',
    id,
    audience: 'team',
    command: { kind: 'message.send', channel: 'room', delivery: `r.${id}`, moment: 'decided', subject: 's', text: 't' },
  },
  { kind: 'step.unknown', step: `message.${id}`, attempt: 1, why: 'nobody answered' },
  ...then,
]

test('a message in doubt is shown with its delivery, and sent again only by a person', () => {
  const state = after('validation.accepted', doubtful('decided.room'))
  const panel = followUpPanel(state, theme, 100)
  const text = panel.rows.map(row => row.map(({ text: part }) => part).join('')).join('\n')
  expect(text).toContain('It may have arrived: look for r.decided.room there, before it is sent again with M.')
  const world = worldOf(state, { clockMs: 0 })
  const { view } = press(firstView, 'M', world)
  expect(view.dialog).toMatchObject({
    title: 'Send a message again',
    fields: [{ options: [{ value: 'decided.room', label: 'room (in doubt, look there for r.decided.room): s' }] }],
  })
  const later = { ...world, clockMs: 5000 }
  const confirmed = (['tab', 'tab', 'enter'] as const).reduce((pressed, key) => press(pressed.view, key, later), {
    view,
    effects: [] as ReturnType<typeof press>['effects'],
  })
  expect(confirmed.effects).toEqual([
    { kind: 'send', ask: { kind: 'send again', message: 'decided.room' }, gate: null },
  ])
})

test('the key to send again is off while no message was given up, and says so', () => {
  const world = worldOf(after('validation.accepted'))
  expect(press(firstView, 'M', world).view.notice).toBe('No message was given up, and none is in doubt.')
})

test('the header counts down to the update that was promised, and says when it is due', () => {
  const facts = {
    at: '2026-11-18T03:12:00.000Z',
    openedAt: '2026-11-18T03:10:00.000Z',
    class: 'production',
    severity: null,
    scope: '',
    from: null,
    to: null,
    services: [],
    next: '2026-11-18T03:32:00.000Z',
    data: null,
  }
  const [queued] = doubtful('decided.room')
  if (queued?.kind !== 'message.queued') throw new Error('it is queued')
  const state = after('plan.approved', [{ ...queued, command: { ...queued.command, facts } }])
  const shown = (now: string): string =>
    headerRow({ ...state, now }, theme, 200)
      .map(({ text }) => text)
      .join('')
  expect(shown('2026-11-18T03:20:30.000Z')).toContain('update in 11:30')
  expect(shown('2026-11-18T03:32:00.000Z')).toContain('update due')
})
