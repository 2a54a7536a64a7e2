import { describe, expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { looked } from '../../src/cli/drill/facilitate/looked.ts'
import { leads } from '../../src/cli/drill/facilitate/lines.ts'
import type { Session } from '../../src/client/session.ts'
import { shaped } from '../../src/cli/plain/voice.ts'
import { decideDrill } from '../../src/state/drill/play/decide.ts'
import type { Ask } from '../../src/state/intent.ts'
import { openStore, withLines, type ConsoleState } from '../../src/state/store.ts'
import { journal, wholeRun } from '../reports/fixture.ts'
import { drillMoments, drillRun, inDrill, playedRun } from '../state/drill/played.ts'
import { replay } from '../../src/state/reduce.ts'

describe('a drill that is led in lines', () => {
  test('fires only after a yes that was typed once it was asked for', async () => {
    const { asks, prompts } = await types(['fire api-dies', 'no', 'fire api-dies', 'yes'])
    expect(asks).toEqual([{ kind: 'fire', inject: 'api-dies' }])
    expect(prompts.filter(({ fresh }) => fresh).map(({ text }) => text)).toEqual(
      Array.from({ length: 2 }, () => 'Fire api-dies now: kill of api on local? yes does it: '),
    )
  })

  test('holds back and lets go at a word, and writes down what was seen', async () => {
    const { asks } = await types(['hold api-dies', 'go api-dies', 'observe they look at the network'])
    expect(asks).toEqual([
      { kind: 'hold inject', inject: 'api-dies', held: true },
      { kind: 'hold inject', inject: 'api-dies', held: false },
      { kind: 'observe', text: 'they look at the network' },
    ])
  })

  test('is halted by a word and a yes, and then nothing more is fired', async () => {
    const { asks, said } = await types(['halt somebody is hurt', 'yes', 'fire api-dies', 'done', 'yes'])
    expect(asks).toEqual([
      { kind: 'halt', reason: 'somebody is hurt' },
      { kind: 'done by hand', text: 'Tell the team that staging is theirs again.' },
    ])
    expect(said).toContain('  The drill is ending: everything is taken back.')
  })

  test('refuses what is none of the words, or names no inject, with those there are', async () => {
    const { said, asks } = await types(['fier locks', 'fire lock', 'fire locks', 'observe'])
    expect(asks).toEqual([])
    expect(said).toEqual([
      '  "fier locks" is none of the words. ? says which there are.',
      '  fire wants one of: locks, api-dies, rumour, ceo.',
      '  locks has happened already.',
      '  It says nothing yet.',
    ])
  })

  test('has all that the screen has, to ears in sentences', () => {
    const state = led()
    const told = (['status', 'scenario', 'runs', 'log'] as const).flatMap(at =>
      shaped(looked(state, at), { ears: true, width: 80 }),
    )
    for (const line of told) expect(line).toMatch(/[.:!?)]$/)
    expect(told).toEqual(
      expect.arrayContaining([
        'DRILL DRILL-1118-d of shop (STAGING): The release that dropped a column:',
        'Open for 2 minutes 30 seconds, for another 42 minutes 30 seconds at most.',
        'Locks: there (since 03:09:21, ends by itself at 03:19:21); row_locks of main.',
        'api-dies: to come (in Services, at api@local.start); kill of api on local.',
        'Roll back.',
        'Mitigated within 25 minutes.',
        'r-1118-a: 2 of 6, Plan:',
      ]),
    )
  })
})

function led(): ConsoleState {
  const lines = journal(drillMoments, drillRun)
  const store = openStore({ name: 'bo', console: 'b', role: 'helm', epoch: 0 }, lines.at(-1)?.ts ?? '').getState()
  const played = journal(
    inDrill(wholeRun.slice(0, wholeRun.findIndex(([, , { kind }]) => kind === 'plan.proposed') + 1)),
    playedRun,
  )
  return { ...store, ...withLines(store, lines), played: { [playedRun]: { run: replay(played), lines: played } } }
}

/** Somebody who types this and then hangs up. What they ask for is decided as whoever leads the drill decides it. */
async function types(typed: readonly string[]) {
  const store = createStore<ConsoleState>(() => led())
  const [asks, said, left] = [[] as Ask[], [] as string[], [...typed]]
  const prompts: { readonly text: string; readonly fresh: boolean }[] = []
  const session = {
    store,
    send: async (ask: Ask) => {
      const { run, now } = store.getState()
      const decided = decideDrill(run, { id: `typed-${asks.length}`, seenSeq: run.seq, epoch: 0, gate: null, ask }, now)
      if (!decided.ok) return decided.refusal
      asks.push(ask)
      const lines = journal(decided.events.map(event => [200, 'bo', event] as const))
      store.setState(state =>
        withLines(
          state,
          lines.map((line, index) => ({ ...line, seq: run.seq + 1 + index })),
        ),
      )
      return null
    },
  } as unknown as Session
  await leads({
    session,
    lines: {
      ask: async (text, fresh) => {
        prompts.push({ text, fresh })
        return left.shift() ?? null
      },
      withdraw: () => undefined,
    },
    tell: says => said.push(...shaped(says, { ears: false, width: 200 })),
    ends: new Promise(() => undefined),
  })
  return { asks, said, prompts }
}
