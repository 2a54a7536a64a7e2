import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { LateSegmenter } from '../../src/ui/text/late-segmenter.ts'
import { isNarrow } from '../../src/ui/text/narrow.ts'
import { cells } from '../../src/ui/text/width.ts'

test('a sign that is told to be one cell is one to the renderer too, by its own table', () => {
  const all = Array.from({ length: 0x10000 - 0x20 }, (_, index) => String.fromCodePoint(index + 0x20))
  const narrow = all.filter(isNarrow)
  expect(narrow.length).toBeGreaterThan(900)
  expect(narrow.filter(sign => stringWidth(sign) !== 1 || cells(sign) !== 1)).toEqual([])
  expect(stringWidth(narrow.join(''))).toBe(narrow.length)
})

test('the bundle finds that table where it looks for it, and the place to put it', () => {
  const source = readFileSync(resolve(import.meta.dirname, '../../src/ui/text/narrow.ts'), 'utf8')
  expect(/const narrow =\s*(\/\^.*\$\/)/.exec(source)?.[1]).toMatch(/^\/\^\[.*\]\*\$\/$/)
  const renderer = readFileSync(resolve(import.meta.dirname, '../../node_modules/string-width/index.js'), 'utf8')
  expect(renderer).toContain('/^[\\u0020-\\u007E]*$/')
  expect(renderer).toContain('const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;')
})

test('a text is taken apart into the same signs as by the segmenter that is made late, whatever stands beside whatever', () => {
  const late = new LateSegmenter(undefined, { granularity: 'grapheme' })
  const real = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const all = Array.from({ length: 0x10000 }, (_, index) => String.fromCodePoint(index)).filter(isNarrow)
  const plain = [...all, '\u001b']
  const others = ['\u0301', '\u200d', '\ufe0f', '\r\n', '😀', '👩‍🚀', '가', '🇩🇪', '日']
  const sign = fc.oneof(fc.constantFrom(...plain), fc.constantFrom(...others))
  const sameFor = (text: string): void => {
    expect(seen(late, text)).toEqual(seen(real, text))
  }
  // Each beside each other one: nothing joins two of them.
  for (const one of plain) expect(seen(real, plain.join(one)).length).toBe(plain.join(one).length)
  fc.assert(fc.property(fc.array(fc.constantFrom(...plain)), signs => sameFor(signs.join(''))))
  fc.assert(fc.property(fc.array(sign), signs => sameFor(signs.join(''))))
})

function seen(segmenter: LateSegmenter | Intl.Segmenter, text: string) {
  return Array.from(segmenter.segment(text), ({ segment, index, input }) => ({ segment, index, input }))
}
