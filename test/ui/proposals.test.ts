import { afterEach, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/state/event.ts'
import type { Proposal } from '../../src/state/learning/proposal.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import { wholeRun, type Moment } from '../reports/fixture.ts'
import { openScreen, type Screen } from './support/screen.ts'
import { stateAfter } from './support/states.ts'

let screen: Screen | null = null
afterEach(async () => {
  await screen?.close()
  screen = null
})

const set: Proposal = {
  id: 'stop-grace.api',
  rule: 'stop-grace',
  path: ['services', 'api', 'stop', 'grace'],
  change: { kind: 'set', was: '5s', becomes: '15s' },
  why: 'api did not stop within 5s: SIGKILL was needed, and what it was at is lost.',
  evidence: [{ run: 'r-1118-a', seq: 25, says: 'stopping api on local took 5.3 s of 5s, then SIGKILL' }],
}
const look: Proposal = {
  ...set,
  id: 'channel.ops',
  path: ['notify', 'ops'],
  change: { kind: 'look' },
  why: 'Messages did not reach ops.',
}
const diff = [
  '--- astern.yaml',
  '+++ astern.yaml',
  '@@ -7,3 +7,3 @@',
  '   api:',
  '-    stop: { grace: 5s } # drains',
  '+    stop: { grace: 15s } # drains',
]

describe('what a run taught, on the screen', () => {
  test('is listed with its evidence, and taken by keys: the list, the very lines, accept', async () => {
    screen = openScreen(learnt(), 80, 24)
    await screen.until(lines => lines.join('').includes('p proposals'), 'the key')
    screen.type('p')
    await screen.until(lines => lines.join('').includes('One by one'), 'the list')
    expect(screen.text().join('\n')).toContain('open: services.api.stop.grace: 5s -> 15s')
    expect(screen.text().join('\n')).toContain('to look at: notify.ops')
    screen.type('\r')
    await screen.until(lines => lines.join('').includes('+    stop: { grace: 15s } # drains'), 'the lines')
    expect(screen.text().join('\n')).toContain('line 25: stopping api on local took 5.3 s of 5s, then SIGKILL')
    await typedUntil('\t', '❯ [ Answer ]')
    screen.type('\r')
    await screen.until(() => screen?.asks.length === 1, 'the answer')
    expect(screen.asks).toEqual([
      { ask: { kind: 'answer proposal', id: 'stop-grace.api', answer: 'accept', reason: '' }, gate: 'follow up' },
    ])
  })

  test('can be looked at by a watcher, who cannot answer', async () => {
    screen = openScreen(learnt('watch'), 120, 60)
    await screen.until(lines => lines.join('').includes('What this run taught: 2 for astern.yaml, 1 open'), 'the panel')
    expect(screen.text().join('\n')).toContain('+    stop: { grace: 15s } # drains')
    screen.type('p')
    await screen.until(lines => lines.join('').includes('This console watches'), 'the reason')
    expect(screen.asks).toEqual([])
  })

  test('that only a person can write is not offered to be accepted', async () => {
    screen = openScreen(learnt(), 80, 24)
    await screen.until(lines => lines.join('').includes('p proposals'), 'the key')
    screen.type('p')
    await screen.until(lines => lines.join('').includes('One by one'), 'the list')
    screen.type('j')
    screen.type('\r')
    await screen.until(lines => lines.join('').includes('Messages did not reach ops.'), 'why')
    expect(screen.text().join('\n')).toMatch(/Answer: . not now/)
  })
})

/** One press after the other, each once the screen shows the one before; a dialog that has just opened takes none. */
async function typedUntil(key: string, shows: string): Promise<void> {
  const drawn = (): string => screen?.text().join('\n') ?? ''
  for (let tries = 0; tries < 20 && !drawn().includes(shows); tries += 1) {
    const before = drawn()
    screen?.type(key)
    await screen?.until(() => drawn() !== before, 'what it does', 2_000).catch(() => undefined)
  }
  expect(drawn()).toContain(shows)
}

function learnt(role: 'helm' | 'watch' = 'helm'): ConsoleState {
  const made: RunEvent = { kind: 'proposals.made', proposals: [set, look], never: [] }
  const end = wholeRun.findIndex(([, , { kind }]) => kind === 'review.booked')
  const moments: readonly Moment[] = [...wholeRun.slice(0, end + 1), [201.5, 'astern', made]]
  const state = stateAfter(event => event === made, role, moments)
  return {
    ...state,
    offers: [
      { id: set.id, stands: 'open', says: '', diff },
      { id: look.id, stands: 'cannot', says: 'what to write there is for a person to say', diff: [] },
    ],
  }
}
