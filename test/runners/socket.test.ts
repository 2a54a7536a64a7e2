import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRunSocket, type RunSocket } from '../../src/runners/socket/server.ts'
import type { Signal } from '../../src/state/signal.ts'
import { until } from '../contract/services-shop.ts'
import { openBareClient, type BareClient } from './bare-client.ts'

let directory = ''
let run: RunSocket
const clients: BareClient[] = []
let seq = 0
let asked = 0

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'astern-socket-'))
  seq = 1
  asked = 0
  run = await openRunSocket({
    directory,
    lastSeq: () => seq,
    onIntent: () => ((asked += 1), Promise.resolve(null)),
    onLeave: () => undefined,
  })
})
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  await run.close()
  rmSync(directory, { recursive: true, force: true })
})

test('watchers that never read are dropped from what goes out, and once they read they are told what is so then', async () => {
  const stalled = await Promise.all(Array.from({ length: 5 }, (_, n) => client(`stalled ${n}`)))
  const reading = await Promise.all(Array.from({ length: 15 }, (_, n) => client(`reading ${n}`)))
  for (const one of stalled) one.stall()
  let published = 0
  for (let n = 0; n < 4000; n += 1) {
    const signal = sample(`s${n % 7}@h`, n)
    published += JSON.stringify(signal).length
    seq += 1
    run.publishSignals([signal])
    run.publishDurable(seq)
    if (n % 20 === 0) await turn()
  }
  // Whoever reads has the last of each, however those who do not stand in the way.
  await until(() => reading.every(one => seen(one) === latest(3999)))
  for (const one of stalled) {
    const before = one.bytes()
    one.readOn()
    await until(() => seen(one) === latest(3999) && durable(one) === seq)
    expect(one.bytes() - before).toBeLessThan(published)
  }
})

test('a watcher that comes late is told at once what is known', async () => {
  run.publishSignals([sample('a@h', 1), sample('b@h', 2)])
  run.publishSignals([sample('a@h', 3)])
  seq = 40
  const late = await client('late')
  await until(() => late.frames().some(({ kind }) => kind === 'signals'))
  const first = late.frames().find(frame => frame.kind === 'signals')
  expect(first).toEqual({ kind: 'signals', signals: [sample('a@h', 3), sample('b@h', 2)], watchers: 1 })
  expect(durable(late)).toBe(40)
})

test('everybody is told how many watch, when one comes and when one goes', async () => {
  const helm = await client('helm', 'helm')
  const first = await client('first')
  const second = await client('second')
  await until(() => watchers(helm) === 2 && watchers(first) === 2)
  second.socket.destroy()
  await until(() => watchers(helm) === 1 && watchers(first) === 1)
})

test('one that asks without end and reads no answer is let go, and the others are served', async () => {
  const deaf = await client('deaf', 'helm')
  const other = await client('other', 'helm')
  deaf.stall()
  const closed = new Promise<void>(done => deaf.socket.on('close', () => done()))
  const note = { kind: 'note', text: 'again' } as const
  let n = 0
  while (!deaf.socket.destroyed && n < 200_000) {
    deaf.say({ kind: 'intent', intent: { id: `i${(n += 1)}`, seenSeq: 0, epoch: 0, gate: null, ask: note } })
    if (n % 100 === 0) await turn()
  }
  await closed
  expect(asked).toBeLessThan(100_000)
  other.say({ kind: 'intent', intent: { id: 'mine', seenSeq: 0, epoch: 0, gate: null, ask: note } })
  await until(() => other.frames().some(frame => frame.kind === 'answer' && frame.id === 'mine'))
})

async function client(name: string, wants: 'helm' | 'watch' = 'watch'): Promise<BareClient> {
  const opened = await openBareClient(directory, name, wants)
  clients.push(opened)
  return opened
}

function sample(key: string, latencyMs: number): Signal {
  const note = 'as many words as a health check may say of itself '.repeat(20)
  return { key, at: '', state: 'healthy', release: '1.3.0', latencyMs, note }
}

/** The last sample of each key, as this client has it. */
function seen(one: BareClient): string {
  const last = new Map<string, number | null>()
  for (const frame of one.frames())
    if (frame.kind === 'signals') for (const { key, latencyMs } of frame.signals) last.set(key, latencyMs)
  return [...last]
    .map(([key, latency]) => `${key} ${latency}`)
    .sort()
    .join()
}

function latest(n: number): string {
  return Array.from({ length: 7 }, (_, back) => `s${(n - back) % 7}@h ${n - back}`)
    .sort()
    .join()
}

function durable(one: BareClient): number {
  return one.frames().findLast(frame => frame.kind === 'durable')?.seq ?? 0
}

function watchers(one: BareClient): number | undefined {
  return one.frames().findLast(frame => frame.kind === 'signals')?.watchers
}
