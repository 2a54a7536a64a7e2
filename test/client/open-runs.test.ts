import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nextRunIn, openDrillIn, openDrills, openRunIn } from '../../src/client/open-runs.ts'
import { lineBytes } from '../../src/state/chain.ts'
import type { RunEvent } from '../../src/state/event.ts'
import { until } from '../live/support.ts'
import { drillMoments } from '../state/drill/played.ts'
import { journal, opened, wholeRun, type Moment } from '../reports/fixture.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'astern-home-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const closed = wholeRun
const begun = wholeRun.slice(0, 5)
const errand: readonly Moment[] = [[0, 'ana', { ...opened, purpose: { kind: 'errand', what: 'record' } } as RunEvent]]
const other: readonly Moment[] = [[0, 'ana', { ...opened, environment: 'bank' } as RunEvent]]

test('the run that is open is found among those that are closed, and errands and other environments are none', async () => {
  run('a', closed)
  run('b', errand)
  run('c', other)
  expect(await openRunIn(home, 'shop')).toBe(null)
  expect(await openRunIn(home, null)).toBe(join(home, 'runs', 'c'))
  run('d', begun)
  run('e', closed)
  expect(await openRunIn(home, 'shop')).toBe(join(home, 'runs', 'd'))
})

test('a drill is found while it is not closed, and what is opened is a part of it until its time is over', async () => {
  run('a', [...drillMoments, [60, 'astern', { kind: 'run.closed', outcome: 'short', why: '' }]])
  run('b', begun)
  expect(await openDrills(home)).toEqual([])
  run('c', drillMoments)
  const drill = {
    run: 'c',
    title: 'The release that dropped a column',
    directory: join(home, 'runs', 'c'),
    environment: 'shop',
    isLed: false,
    until: '2026-11-18T03:53:10.000Z',
  }
  expect(await openDrills(home)).toEqual([drill])
  expect(await openDrillIn(home, 'shop', '2026-11-18T03:53:09.000Z')).toEqual(drill)
  expect(await openDrillIn(home, 'shop', '2026-11-18T03:53:10.000Z')).toBeNull()
  expect(await openDrillIn(home, 'bank', '2026-11-18T03:53:09.000Z')).toBeNull()
})

test('a line that its writer left half written is not the end of a run', async () => {
  run('a', begun)
  appendFileSync(join(home, 'runs', 'a', 'journal.jsonl'), '{"v":1,"event":{"kind":"run.closed"')
  expect(await openRunIn(home, 'shop')).toBe(join(home, 'runs', 'a'))
})

test('a first line of any length is read whole, and one that is not there yet is waited for', async () => {
  run('a', errand)
  run('b', other)
  const long = { ...opened, manifestFile: 'x'.repeat(200_000) } as RunEvent
  const bytes = lineBytes(journal([[0, 'ana', long]]))
  mkdirSync(join(home, 'runs', 'c'))
  writeFileSync(join(home, 'runs', 'c', 'journal.jsonl'), bytes.slice(0, 150_000))
  const next = nextRunIn(home, 'shop', new AbortController().signal)
  await until(() => isWatched(join(home, 'runs')), 'it has looked, and waits')
  run('d', closed)
  writeFileSync(join(home, 'runs', 'c', 'journal.jsonl'), bytes)
  expect(await next).toBe(join(home, 'runs', 'c'))
})

test('a run that was opened since somebody looked last is not missed', async () => {
  run('a', closed)
  run('b', begun)
  expect(await nextRunIn(home, 'shop', new AbortController().signal)).toBe(join(home, 'runs', 'b'))
})

test('who stops waiting is not kept', async () => {
  run('a', closed)
  const ending = new AbortController()
  const next = nextRunIn(home, 'shop', ending.signal)
  await until(() => isWatched(join(home, 'runs')), 'it waits')
  ending.abort()
  expect(await next).toBe(null)
})

function run(name: string, moments: readonly Moment[]): void {
  mkdirSync(join(home, 'runs', name), { recursive: true })
  writeFileSync(join(home, 'runs', name, 'journal.jsonl'), lineBytes(journal(moments)))
}

/** By this process, as the kernel has it. */
function isWatched(folder: string): boolean {
  const ino = `ino:${statSync(folder).ino.toString(16)} `
  return readdirSync('/proc/self/fdinfo').some(fd => {
    try {
      return readFileSync(join('/proc/self/fdinfo', fd), 'utf8').includes(ino)
    } catch {
      return false
    }
  })
}
