import xterm from '@xterm/headless'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import lineUpdate, { movesTogether } from '../../src/ui/text/line-update.ts'

const columns = 40
const red = (text: string): string => `\u001b[31m${text}\u001b[39m`
const inverse = (text: string): string => `\u001b[7m${text}\u001b[27m`

describe('a line that becomes another', () => {
  test('has one cell written where one changed', () => {
    expect(lineUpdate('api  1.3.0  12ms', 'api  1.3.0  13ms', columns)).toBe('\u001b[14G3')
  })

  test('keeps what stands to the right of the change, its colours too', () => {
    const before = `│ one      │${red(' healthy ')}│`
    const after = `│ two      │${red(' healthy ')}│`
    expect(lineUpdate(before, after, columns)).toBe('\u001b[3Gtwo')
  })

  test('has what became empty erased, and not written over with blanks', () => {
    expect(lineUpdate('a short line that was long', 'a short line', columns)).toBe('\u001b[14G\u001b[K')
    const [before, after] = ['a line that was rather long │', 'a                           │']
    expect(lineUpdate(before, after, columns)).toBe('\u001b[3G\u001b[25X')
  })

  test('leaves no style on', () => {
    expect(lineUpdate('1 failed', `1 ${red('failed')}`, columns)).toBe('\u001b[3G\u001b[31mfailed\u001b[m')
    const [before, after] = [`1 ${red('is')}`, `1 ${red('has')} ${red('failed')}`]
    expect(lineUpdate(before, after, columns)).toBe('\u001b[3G\u001b[31mhas failed\u001b[m')
  })

  test('has the colour of what is inverse on its blanks too', () => {
    expect(lineUpdate(' shop ', `${inverse(red(' a b '))} `, columns)).toBe('\u001b[G\u001b[7;31m a b \u001b[m')
    expect(lineUpdate(inverse(red(' x ')), inverse('\u001b[32m x \u001b[39m'), columns)).toContain(' x ')
  })

  test('is written whole where a sign may be wider than one cell, and where nobody knows how wide the terminal is', () => {
    expect(lineUpdate('ok 界 1', 'ok 界 2', columns)).toBe('\u001b[G\u001b[Kok 界 2')
    expect(lineUpdate('ok 1', 'ok 2', undefined)).toBe('\u001b[G\u001b[Kok 2')
    expect(lineUpdate('ok 1', 'ok \u001b[38;5;9m2\u001b[39m', columns)).toContain('\u001b[K')
  })

  test('shows what it should in a terminal, whatever stood there before, and never costs more than the whole', async () => {
    await fc.assert(
      fc.asyncProperty(line(), line(), fc.nat(columns - 1), async (before, after, at) => {
        const update = lineUpdate(before, after, columns)
        expect(update.length).toBeLessThanOrEqual(`\u001b[G\u001b[K${after}`.length)
        const [updated, whole] = await Promise.all([
          shown(`\r${before}\r\u001b[${at}C${update}`),
          shown(`\r\u001b[0m${after}`),
        ])
        expect(updated).toEqual(whole)
      }),
      { numRuns: 400 },
    )
  })
})

test('lines that stay are passed over with one move', () => {
  expect(movesTogether('\u001b[3A\u001b[E\u001b[E\u001b[E\u001b[2Ga\n\u001b[E')).toBe(
    '\u001b[3A\u001b[3E\u001b[2Ga\n\u001b[E',
  )
})

/** As the renderer makes them: stretches with a style that is put on before and taken off after, some of them one in another. */
function line(): fc.Arbitrary<string> {
  const sign = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', 'b', '│', '✓', '▁', 'é') }, fc.constant(' '))
  const text = fc
    .array(
      fc.oneof(
        sign,
        fc.integer({ min: 1, max: 20 }).map(n => ' '.repeat(n)),
      ),
      { maxLength: 9 },
    )
    .map(signs => signs.join(''))
  const style = fc.constantFrom<[number, number]>([31, 39], [92, 39], [1, 22], [2, 22], [7, 27], [44, 49], [4, 24])
  const styled = fc.tuple(style, text, text).map(([[on, off], own, inner]) => {
    return `\u001b[${on}m${own}${inverse(inner)}\u001b[${off}m`
  })
  return fc.array(fc.oneof(text, styled), { maxLength: 5 }).map(parts => cut(parts.join('')))
}

/** To the terminal's width, with the styles that are still to be taken off. */
function cut(text: string): string {
  let cells = 0
  return text.replaceAll(/\p{Control}\[\d+m|\P{Control}/gu, part => {
    if (part.startsWith('\u001b')) return part
    cells += 1
    return cells > columns ? '' : part
  })
}

/** Each cell of the first line with how it looks, and whether a style was left on. */
async function shown(text: string): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 3, allowProposedApi: true })
  const { promise, resolve } = Promise.withResolvers<void>()
  terminal.write(`${text}\r\nx`, () => resolve())
  await promise
  const { active } = terminal.buffer
  const lines = [active.getLine(0), active.getLine(1)].map(one => cellsOf(one))
  terminal.dispose()
  return lines.flat()
}

function cellsOf(line: xterm.IBufferLine | undefined): readonly string[] {
  return Array.from({ length: columns }, (_, at) => {
    const cell = line?.getCell(at)
    if (cell === undefined) throw new Error('no such cell')
    const sign = cell.getChars() === '' ? ' ' : cell.getChars()
    const shows = [cell.isUnderline(), cell.isInverse(), cell.getBgColorMode(), cell.getBgColor()]
    const isSeen = sign !== ' ' || cell.isInverse() !== 0 || cell.isUnderline() !== 0
    const ofSigns = isSeen ? [cell.isBold(), cell.isDim(), cell.getFgColorMode(), cell.getFgColor()] : []
    return [sign, ...shows, ...ofSigns].join(' ')
  })
}
