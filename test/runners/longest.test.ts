import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longestChain, takenInWords, type Copy } from '../../src/runners/copies/longest.ts'
import { chainStart, lineBytes, sealLine } from '../../src/state/chain.ts'
import type { Line, RunEvent } from '../../src/state/event.ts'
import type { Piece } from '../../src/targets/services/copies.ts'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

const note = (index: number): RunEvent => ({ kind: 'engine.started', pid: index, version: 'x'.repeat(index % 7) })
const move: RunEvent = { kind: 'run.moved', to: { on: 'away', directory: '/' }, reason: 'lost' }

function chain(events: readonly RunEvent[]): readonly Line[] {
  const lines: Line[] = []
  for (const event of events) {
    const seq = lines.length + 1
    const ts = `2026-11-22T03:12:${String(seq % 60).padStart(2, '0')}.000Z`
    const body = {
      v: 1,
      seq,
      ts,
      mono: seq,
      boot: 'b',
      run: 'r',
      actor: { name: 'ana', uid: 0, from: 'engine' },
      event,
    } as const
    lines.push(sealLine(body, lines.at(-1)?.h ?? chainStart, hash))
  }
  return lines
}

const lines = chain(Array.from({ length: 12 }, (_, index) => note(index)))
const bytes = Buffer.from(lineBytes(lines))
/** Where each line ends. */
const ends = lines.map((_, index) => Buffer.byteLength(lineBytes(lines.slice(0, index + 1))))
const piece = (from: number, to: number, holder = 'here'): Piece => ({
  at: from,
  bytes: bytes.subarray(from, to),
  holder,
})
const upTo = (count: number): number => (count === 0 ? 0 : (ends[count - 1] ?? 0))

describe('a run is gone on with', () => {
  test('by the copy that is longest: the bastion was lost after it wrote to one host, and before it wrote to the next', () => {
    const taken = longestChain(
      [
        { spot: 'web-1', pieces: [piece(0, upTo(5)), piece(upTo(5), upTo(9))] },
        { spot: 'web-2', pieces: [piece(0, upTo(5))] },
      ],
      hash,
    )
    expect(taken?.lines).toEqual(lines.slice(0, 9))
    expect(takenInWords(taken as never)).toBe(
      '9 lines, the last of 03:12:09Z, from web-1; the copy on web-2 has 4 fewer',
    )
  })

  test('up to a line that was being copied when the bastion was lost, which is left out and said', () => {
    const taken = longestChain(
      [
        { spot: 'web-1', pieces: [piece(0, upTo(5)), piece(upTo(5), upTo(7) - 20)] },
        { spot: 'web-2', pieces: [piece(0, upTo(5))] },
      ],
      hash,
    )
    expect(taken?.lines).toEqual(lines.slice(0, 6))
    expect(takenInWords(taken as never)).toBe(
      '6 lines, the last of 03:12:06Z, from web-1; the copy on web-1 ends in a torn line; the copy on web-2 has 1 fewer',
    )
  })

  test('by two copies of which neither is whole, where one goes on from the end of the other', () => {
    const spoilt = Buffer.from(bytes.subarray(0, upTo(10)))
    spoilt[upTo(7) + 30] = 0x21
    const taken = longestChain(
      [
        { spot: 'web-1', pieces: [{ at: 0, bytes: spoilt, holder: 'here' }] },
        { spot: 'web-2', pieces: [piece(upTo(3), upTo(8))] },
        { spot: 'web-3', pieces: [piece(upTo(8), upTo(11))] },
      ],
      hash,
    )
    expect(taken?.lines).toEqual(lines.slice(0, 11))
    expect(taken?.from).toEqual(['web-1', 'web-2', 'web-3'])
    expect(takenInWords(taken as never)).toContain('the copy on web-1 has 4 fewer and is damaged in line 8')
  })

  test('by the journal of whoever went on with it before, though the lost bastion wrote more', () => {
    const second = chain([...Array.from({ length: 4 }, (_, index) => note(index)), move])
    const whole = Buffer.from(lineBytes(second))
    const taken = longestChain(
      [
        { spot: 'web-1', pieces: [piece(0, upTo(12), 'lost')] },
        { spot: 'web-2', pieces: [piece(0, upTo(4), 'lost'), { at: 0, bytes: whole, holder: 'away' }] },
      ],
      hash,
    )
    expect(taken?.lines).toEqual(second)
  })

  test('never by anything but the beginning of what was written, and by no less than any one copy has whole', () => {
    const cut = fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length))
    const spoil = fc.option(fc.nat(bytes.length - 1), { nil: null })
    const copy = fc.record({ cuts: fc.array(cut, { maxLength: 5 }), spoil })
    fc.assert(
      fc.property(fc.array(copy, { maxLength: 4 }), made => {
        const copies = made.map(({ cuts, spoil: at }, index): Copy => {
          const own = cuts.map(([a, b]) => {
            const [from, to] = [Math.min(a, b), Math.max(a, b)]
            const text = Buffer.from(bytes.subarray(from, to))
            if (at !== null && at >= from && at < to) text[at - from] = 0x00
            return { at: from, bytes: text, holder: 'here' }
          })
          return { spot: `web-${index}`, pieces: own }
        })
        const got = longestChain(copies, hash)?.lines ?? []
        expect(got).toEqual(lines.slice(0, got.length))
        for (const one of copies)
          expect(got.length).toBeGreaterThanOrEqual(longestChain([one], hash)?.lines.length ?? 0)
      }),
    )
  })

  test('by nothing, where no copy has a whole line', () => {
    expect(longestChain([{ spot: 'web-1', pieces: [piece(0, 10)] }], hash)).toBeNull()
    expect(longestChain([], hash)).toBeNull()
  })
})
