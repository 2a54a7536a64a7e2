import { expect, test } from 'vitest'
import type { RunEvent } from '../../src/state/event.ts'
import type { Host } from '../../src/state/manifest.ts'
import { nextWork } from '../../src/state/next.ts'
import { initialState, reduce } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { journal, wholeRun } from '../reports/fixture.ts'

const [opening] = journal(wholeRun)
if (opening?.event.kind !== 'run.opened') throw new Error('the fixture opens no run')
const { event, ...line } = opening
const local: Host = { kind: 'releases', root: '/srv', address: '127.0.0.1' }

/** A run over these hosts, just opened, after these events. */
function runOn(hosts: readonly string[], ...events: readonly RunEvent[]): RunState {
  const manifest = { ...event.manifest, hosts: Object.fromEntries(hosts.map(host => [host, local])) }
  return [{ ...event, manifest }, ...events].reduce<RunState>(
    (state, now, index) => reduce(state, { ...line, seq: index + 1, event: now }),
    initialState,
  )
}

const work = (state: RunState) => nextWork(state, line.ts)
const taken = (host: string): readonly RunEvent[] => {
  const command = { kind: 'lock.take', host, reason: 'rollback' } as const
  const about = { step: `${host}.lock`, attempt: 1 }
  return [
    { kind: 'step.begun', ...about, command, commandHash: '', repeat: 'by state', epoch: 1 },
    { kind: 'step.settled', ...about, outcome: 'ok', says: '', observed: null, fault: null, output: null },
  ]
}

test('before the first lock every host is asked for its id', () => {
  expect(work(runOn(['a', 'b']))).toEqual([{ id: 'identify', kind: 'identify' }])
})

test('locks are taken in the order of the hosts’ ids, whatever this manifest calls them', () => {
  const ids: RunEvent = { kind: 'hosts.identified', ids: { a: 'ZZZ', b: 'MMM', c: 'AAA' } }
  const order: string[] = []
  for (const events of [[], taken('c'), [...taken('c'), ...taken('b')]]) {
    const [next] = work(runOn(['a', 'b', 'c'], ids, ...events))
    order.push(next?.id ?? '')
  }
  expect(order).toEqual(['step c.lock', 'step b.lock', 'step a.lock'])
})

test('hosts of the same id, or of none, follow in the order of names', () => {
  const [next] = work(runOn(['b', 'a', 'c'], { kind: 'hosts.identified', ids: { a: 'AAA', b: 'AAA', c: 'BBB' } }))
  expect(next?.id).toBe('step a.lock')
  const [none] = work(runOn(['b', 'a'], { kind: 'hosts.identified', ids: { a: null, b: null } }))
  expect(none?.id).toBe('step a.lock')
})

test('a run of an earlier version, begun without ids, goes on in the order of names', () => {
  const [next] = work(runOn(['a', 'b'], ...taken('a')))
  expect(next?.id).toBe('step b.lock')
})
