import { expect, test } from 'vitest'
import type { HostRecord, LedgerEntry } from '../../../src/state/facts.ts'
import { changeRecord, type Writer } from '../../../src/targets/services/record/change.ts'

const writer: Writer = {
  lock: {
    environment: 'shop',
    run: 'run-1',
    who: 'ana',
    on: 'bastion',
    since: '',
    reason: '',
    directory: '/runs/run-1',
  },
  who: 'ana',
  run: 'run-1',
  now: '2026-11-22T03:12:00Z',
}
const recorded = {
  release: '1.0',
  digest: 'sha256:1',
  restart: { name: 'on-failure', retries: 4 },
  image: { name: 'shop/api:1.0', digests: ['shop/api@sha256:9'] },
  config: { key: 'k', env: { COLOUR: 'h' }, mounts: [], ports: [], networks: [] },
}

test('a ledger that grows lets the configuration of older releases go, and nothing else of them', () => {
  const ledger = Array.from({ length: 7 }, (_, index) => entry(String(index)))
  const record: HostRecord = { ledger, freeze: null, refused: [], lock: null }
  const changed = changeRecord(record, { kind: 'ledger.add', host: 'web-1', entry: entry('7') }, writer)
  if (changed.kind !== 'changed') throw new Error('nothing was recorded')
  const { config: _, ...rest } = recorded
  const kept = changed.record.ledger.map(({ services }) => services['api@web-1'])
  expect(kept).toEqual([rest, rest, rest, recorded, recorded, recorded, recorded, recorded])
})

test('a lock is taken once for one host: by another name it is held, and the bastion it was taken over from holds it no more', () => {
  const record: HostRecord = { ledger: [], freeze: null, refused: [], lock: null }
  const own = { ...writer, lock: { ...writer.lock, holder: 'here' } }
  const take = { kind: 'lock.take', host: 'web-1', reason: 'rollback' } as const
  const taken = changeRecord(record, take, own)
  if (taken.kind !== 'changed') throw new Error('nothing was taken')
  expect(taken.record.lock).toMatchObject({ host: 'web-1', holder: 'here', run: 'run-1' })
  const again = (command: Parameters<typeof changeRecord>[1], by: Writer): string =>
    changeRecord(taken.record, command, by).kind
  const elsewhere = { ...writer, lock: { ...writer.lock, holder: 'there' } }
  expect([
    again(take, own),
    again({ ...take, host: 'web-2' }, own),
    again(take, elsewhere),
    again({ kind: 'lock.release', host: 'web-1' }, elsewhere),
    again({ ...take, breaks: 'run-1' }, elsewhere),
    again({ ...take, breaks: 'run-1' }, own),
    again({ kind: 'lock.release', host: 'web-1' }, own),
  ]).toEqual(['same', 'held', 'held', 'same', 'changed', 'same', 'changed'])
})

function entry(version: string): LedgerEntry {
  return {
    version,
    recordedAt: '2026-11-20T10:00:00Z',
    by: 'ana',
    good: true,
    services: { 'api@web-1': recorded },
    databases: {},
  }
}

test('a ledger keeps the newest fifty', () => {
  const ledger = Array.from({ length: 50 }, (_, index) => entry(String(index)))
  const record: HostRecord = { ledger, freeze: null, refused: [], lock: null }
  const changed = changeRecord(record, { kind: 'ledger.add', host: 'web-1', entry: entry('50') }, writer)
  if (changed.kind !== 'changed') throw new Error('nothing was recorded')
  expect(changed.record.ledger.map(({ version }) => version)).toEqual(
    Array.from({ length: 50 }, (_, index) => String(index + 1)),
  )
})
