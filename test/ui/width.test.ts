import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { cells, isNarrow } from '../../src/ui/text/width.ts'

test('a sign that is told to be one cell is one to the renderer too, by its own table', () => {
  const all = Array.from({ length: 0x10000 - 0x20 }, (_, index) => String.fromCodePoint(index + 0x20))
  const narrow = all.filter(isNarrow)
  expect(narrow.length).toBeGreaterThan(900)
  expect(narrow.filter(sign => stringWidth(sign) !== 1 || cells(sign) !== 1)).toEqual([])
  expect(stringWidth(narrow.join(''))).toBe(narrow.length)
})

test('the bundle finds that table where it looks for it, and the place to put it', () => {
  const source = readFileSync(resolve(import.meta.dirname, '../../src/ui/text/width.ts'), 'utf8')
  expect(/const narrow =\s*(\/\^.*\$\/)/.exec(source)?.[1]).toMatch(/^\/\^\[.*\]\*\$\/$/)
  const renderer = readFileSync(resolve(import.meta.dirname, '../../node_modules/string-width/index.js'), 'utf8')
  expect(renderer).toContain('/^[\\u0020-\\u007E]*$/')
})
