import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assemble } from '../../src/runners/copies/assemble.ts'
import { copyJournal } from '../../src/runners/copies/copy.ts'
import type { Piece } from '../../src/targets/services/copies.ts'
import { releasesCopies } from '../../src/targets/services/releases/copies.ts'
import { timing, until } from '../contract/services-shop.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'astern-copies-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('a journal is put together from its pieces, in whatever order they come and however they overlap', () => {
  const whole = Buffer.from(Array.from({ length: 50 }, (_, index) => `{"line":${index}}\n`).join(''))
  const cut = fc.tuple(fc.nat(whole.length), fc.nat(whole.length))
  fc.assert(
    fc.property(fc.array(cut, { maxLength: 20 }), cuts => {
      const pieces = cuts.map(
        ([a, b]): Piece => ({
          at: Math.min(a, b),
          bytes: whole.subarray(Math.min(a, b), Math.max(a, b)),
          holder: 'here',
        }),
      )
      const elsewhere = { at: 0, bytes: Buffer.from('other\n'), holder: 'there' }
      const got = Buffer.from(assemble(pieces)[0] ?? [])
      expect(assemble([...pieces, elsewhere]).at(-1)).toEqual(elsewhere.bytes)
      const reached = new Set(pieces.flatMap(({ at, bytes }) => Array.from(bytes, (_, index) => at + index)))
      const gap = whole.findIndex((_, index) => !reached.has(index))
      expect(got.toString()).toBe(whole.subarray(0, gap === -1 ? whole.length : gap).toString())
    }),
  )
})

test('what a run writes stands on its host: whole lines, as they come, and all of them at the end', async () => {
  const journal = join(directory, 'journal.jsonl')
  await writeFile(journal, 'one\ntwo\nthr')
  await mkdir(join(directory, '.astern'))
  const held = { is: false }
  const copies = releasesCopies(config())
  const copying = copyJournal({
    directory,
    run: 'run-1',
    holder: 'here',
    hosts: ['web-1'],
    isHeld: () => held.is,
    copies,
    onTrouble: () => {},
  })
  const copied = async (): Promise<string> => {
    const pieces = await copies.recall('web-1', 'run-1')
    return pieces.ok ? Buffer.from(assemble(pieces.value)[0] ?? []).toString() : ''
  }
  expect(await copied()).toBe('')
  held.is = true
  await until(async () => (await copied()) === 'one\ntwo\n')
  await appendFile(journal, 'ee\nfour\n')
  await copying.stop()
  expect(await copied()).toBe(await readFile(journal, 'utf8'))
  const { mode } = await stat(join(directory, '.astern/journals/run-1/000000000000.here.jsonl'))
  expect((mode & 0o777).toString(8)).toBe('600')
})

test('a long journal goes in pieces that a slow link takes in time, a line longer than that whole', async () => {
  const journal = join(directory, 'journal.jsonl')
  const long = `${'l'.repeat(3_000_000)}\n`
  const text = `${'short\n'.repeat(400_000)}${long}${'short\n'.repeat(400_000)}`
  await writeFile(journal, text)
  const pieces: Piece[] = []
  const copying = copyJournal({
    directory,
    run: 'run-1',
    holder: 'here',
    hosts: ['web-1'],
    isHeld: () => true,
    copies: {
      spots: host => [host],
      keep: async (_, __, piece) => (pieces.push(piece), { ok: true, value: null }),
      recall: async () => ({ ok: true, value: [] }),
    },
    onTrouble: () => {},
  })
  await copying.stop()
  expect(Buffer.from(assemble(pieces)[0] ?? []).equals(Buffer.from(text))).toBe(true)
  const sizes = pieces.map(({ bytes }) => bytes.length)
  expect(sizes.filter(size => size > 1024 * 1024)).toHaveLength(1)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * 1024 * 1024)
  expect(pieces.every(({ bytes }) => bytes.at(-1) === 10)).toBe(true)
})

test('a journal that cannot be read is told of, and ends nothing', async () => {
  const told: (string | null)[] = []
  const copying = copyJournal({
    directory,
    run: 'run-1',
    holder: 'here',
    hosts: ['web-1'],
    isHeld: () => true,
    copies: releasesCopies(config()),
    onTrouble: (_, what) => void told.push(what),
  })
  await copying.stop()
  expect(told[0]).toContain('could not be read')
})

test('a host that takes no copy is told of once, gets it all when it does, and holds up nobody', async () => {
  await writeFile(join(directory, 'journal.jsonl'), 'one\n')
  const taken: { host: string; at: number }[] = []
  const told: (string | null)[] = []
  const broken = { is: true }
  const fault = { code: 'copy.failed', what: 'no room', means: '', next: '' }
  const copying = copyJournal({
    directory,
    run: 'run-1',
    holder: 'here',
    hosts: ['web-1', 'web-2'],
    isHeld: () => true,
    copies: {
      spots: host => [host],
      keep: async (host, _, { at }) => {
        if (host === 'web-2' && broken.is) return { ok: false, fault }
        taken.push({ host, at })
        return { ok: true, value: null }
      },
      recall: async () => ({ ok: true, value: [] }),
    },
    onTrouble: (_, what) => void told.push(what),
  })
  await until(() => Promise.resolve(taken.length === 1 && told.length === 1))
  broken.is = false
  await copying.stop()
  expect(told).toEqual(['no room', null])
  expect(taken).toEqual([
    { host: 'web-1', at: 0 },
    { host: 'web-2', at: 0 },
  ])
})

function config() {
  return {
    environment: 'shop',
    hosts: { 'web-1': { kind: 'releases', root: directory, address: '127.0.0.1' } },
    services: {},
    timing,
    resolve: (value: string) => Promise.resolve(value),
    now: () => new Date(),
  } as const
}
