import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chainStart, LineReader, lineBytes, readLines, sealLine } from '../../src/state/chain.ts'
import type { Line } from '../../src/state/event.ts'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const lines = journalOf(['first', 'second: ünïcode', 'third'])
const bytes = new TextEncoder().encode(lineBytes(lines))
const ends = [0, ...[...bytes.keys()].filter(index => bytes[index] === 10).map(index => index + 1)]

describe('a journal', () => {
  test('cut at any byte gives back exactly its whole lines, and says how much was torn', () => {
    for (let length = 0; length <= bytes.length; length += 1) {
      const whole = ends.filter(end => end <= length).length - 1
      const read = readLines(bytes.subarray(0, length), hash)
      expect(read).toEqual({
        lines: lines.slice(0, whole),
        wholeBytes: ends[whole],
        tornBytes: length - (ends[whole] ?? 0),
        damage: null,
      })
    }
  })

  test('with any bit of any whole line flipped is found damaged there, and the lines before it are read', () => {
    for (let index = 0; index < bytes.length; index += 1) {
      for (const bit of [1, 8, 64]) {
        const flipped = Uint8Array.from(bytes)
        flipped[index] = (flipped[index] ?? 0) ^ bit
        const line = ends.filter(end => end <= index).length
        const read = readLines(flipped, hash)
        const readUntil = read.damage === null ? read.lines.length + 1 : read.damage.line
        expect([index, readUntil, read.lines.length < lines.length]).toEqual([index, line, true])
      }
    }
  })

  test('read in chunks of any size gives the same lines as read whole', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), sizes => {
        const reader = new LineReader(hash)
        const read: Line[] = []
        for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          read.push(...reader.push(bytes.subarray(from, from + size)))
          from += size
        }
        expect(read).toEqual(lines)
      }),
    )
  })

  test('with a line taken out, or two exchanged, is found damaged', () => {
    const [first, second, third] = lines as [Line, Line, Line]
    for (const order of [
      [first, third],
      [second, third],
      [first, third, second],
    ]) {
      expect(readLines(new TextEncoder().encode(lineBytes(order)), hash).damage).not.toBe(null)
    }
  })
})

function journalOf(texts: readonly string[]): readonly Line[] {
  const made: Line[] = []
  for (const [index, text] of texts.entries()) {
    const actor = { name: 'ana', uid: 1, from: 'here' }
    const body = {
      v: 1 as const,
      seq: index + 1,
      ts: '2026-11-22T03:12:40.000Z',
      mono: index,
      boot: 'b',
      run: 'r',
      actor,
      event: { kind: 'note.added' as const, text },
    }
    made.push(sealLine(body, made.at(-1)?.h ?? chainStart, hash))
  }
  return made
}
