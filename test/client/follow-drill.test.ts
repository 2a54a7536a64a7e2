import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openSession, type Session } from '../../src/client/session.ts'
import { openRunSocket } from '../../src/runners/socket/server.ts'
import { lineBytes } from '../../src/state/chain.ts'
import type { Intent } from '../../src/state/intent.ts'
import { replay } from '../../src/state/reduce.ts'
import { wholeRun, type Moment } from '../reports/fixture.ts'
import { drillMoments, drillRun, inDrill, playedRun, sealed } from '../state/drill/played.ts'

let home = ''
let session: Session | null = null
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'astern-drill-'))
})
afterEach(() => {
  session?.close()
  session = null
  rmSync(home, { recursive: true, force: true })
})

const me = { name: 'ana', console: 'mine', from: 'here' }

describe('the session of a run that is played in a drill', () => {
  test('follows the drill beside the run, as it grows', async () => {
    const lines = sealed(drillMoments, drillRun)
    write(playedRun, inDrill(wholeRun.slice(0, 20)))
    const drill = write(drillRun, drillMoments.slice(0, -1))
    const { store } = open(playedRun, 'watch')
    await vi.waitUntil(() => store.getState().drill?.seq === lines.length - 1)
    appendFileSync(join(drill, 'journal.jsonl'), lineBytes(lines.slice(-1)))
    await vi.waitUntil(() => store.getState().drill?.seq === lines.length)
    expect(store.getState().drill).toEqual(replay(lines))
    expect(store.getState().run).toEqual(replay(sealed(inDrill(wholeRun.slice(0, 20)), playedRun)))
  })

  test('sends what is asked of the drill to whoever leads it, and everything else to the engine of the run', async () => {
    const run = write(playedRun, inDrill(wholeRun.slice(0, 20)))
    const drill = write(drillRun, drillMoments)
    const [atRun, atDrill] = [await listen(run), await listen(drill)]
    const { store, send } = open(playedRun, 'helm')
    try {
      await vi.waitUntil(() => store.getState().drill?.seq === drillMoments.length)
      const answer = { kind: 'answer event', inject: 'ceo', text: 'in ten minutes' } as const
      const note = { kind: 'note', text: 'the CEO rang' } as const
      await vi.waitUntil(async () => (await send(answer, null)) === null)
      await vi.waitUntil(async () => (await send(note, null)) === null)
      const [toDrill, toRun] = [atDrill.heard.at(-1), atRun.heard.at(-1)]
      expect(toDrill).toEqual({ id: toDrill?.id, seenSeq: drillMoments.length, epoch: 0, gate: null, ask: answer })
      expect([atDrill.heard.length, atRun.heard.length, toRun?.ask]).toEqual([1, 1, note])
    } finally {
      await Promise.all([atRun.close(), atDrill.close()])
    }
  })

  test('says of a drill that gives no answer who takes it over, and not how to start an engine', async () => {
    write(playedRun, inDrill(wholeRun.slice(0, 20)))
    write(drillRun, drillMoments)
    const { store, send } = open(playedRun, 'helm')
    await vi.waitUntil(() => store.getState().drill !== null)
    const reason = 'Whoever leads the drill gives no answer. Where they are gone, its watchdog takes everything back.'
    expect(await send({ kind: 'halt', reason: 'enough' }, null)).toEqual({ code: 'drill', reason })
  })

  test('of a run in earnest asks no drill anything, and says so', async () => {
    write(playedRun, wholeRun.slice(0, 20))
    const { store, send } = open(playedRun, 'helm')
    await vi.waitUntil(() => store.getState().run.seq === 20)
    const refusal = { code: 'drill', reason: 'This run is played in no drill that can be asked from here.' }
    expect(await send({ kind: 'take a hint', hint: 0 }, null)).toEqual(refusal)
    expect(store.getState().answer).toEqual({ at: store.getState().answer?.at, refusal, ask: 'take a hint' })
  })

  test('is led nowhere but to a run beside it, whatever the journal names', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'astern-else-'))
    writeFileSync(join(elsewhere, 'journal.jsonl'), lineBytes(sealed(drillMoments, drillRun)))
    const [first, ...rest] = inDrill(wholeRun.slice(0, 20)) as readonly [Moment, ...Moment[]]
    const event = { ...first[2], drill: { run: `../../${elsewhere}`, title: '' } } as Moment[2]
    write(playedRun, [[first[0], first[1], event], ...rest])
    const { store } = open(playedRun, 'watch')
    await vi.waitUntil(() => store.getState().run.seq === 20)
    expect(store.getState().drill).toBe(null)
    rmSync(elsewhere, { recursive: true })
  })
})

test("the session of a drill's own run follows what is played in it, its lines included", async () => {
  write(drillRun, drillMoments)
  write(playedRun, inDrill(wholeRun.slice(0, 20)))
  const { store } = open(drillRun, 'watch')
  await vi.waitUntil(() => store.getState().played[playedRun]?.run.seq === 20)
  const lines = sealed(inDrill(wholeRun.slice(0, 20)), playedRun)
  expect(store.getState().played).toEqual({ [playedRun]: { run: replay(lines), lines } })
})

function write(run: string, moments: readonly Moment[]): string {
  const directory = join(home, 'runs', run)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'journal.jsonl'), lineBytes(sealed(moments, run)))
  return directory
}

function open(run: string, wants: 'helm' | 'watch'): Session {
  session = openSession({ directory: join(home, 'runs', run), me, wants, now: () => new Date() })
  return session
}

/** The real socket of a run, which takes everything. */
async function listen(directory: string) {
  const heard: Intent[] = []
  const socket = await openRunSocket({
    directory,
    onIntent: async intent => {
      heard.push(intent)
      return null
    },
    onLeave: () => undefined,
    lastSeq: () => 0,
  })
  return { heard, close: socket.close }
}
