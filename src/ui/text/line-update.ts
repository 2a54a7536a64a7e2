import { cellsOf, showsOnBlank, type Cell } from './cells.ts'

const escape = '\u001b['
const blank: Cell = { sign: ' ', style: '' }

/** To go over so many cells that stay takes more bytes than to write them again. */
const gap = 6
/** So many blanks in the middle of a line are worth an erasure and a move. */
const manyBlanks = 12

/**
 * What turns one line of a screen into another: the cells that changed, and nothing else. In the place of the renderer's own, which
 * writes a line anew from its first change on. Both lines are text with colours and the like (SGR), as the renderer makes them; the
 * cursor is anywhere on the line before and after, and no style is left on. Signs that are not surely one cell wide, or a style that
 * is not known here, make it the whole line.
 */
export default function lineUpdate(previous: string, next: string, columns: number | undefined): string {
  const whole = `${escape}G${escape}K${next}`
  const before = columns === undefined ? null : cellsOf(previous)
  const after = cellsOf(next)
  if (columns === undefined || before === null || after === null) return whole
  if (before.length > columns || after.length > columns) return whole
  const changed = written(before, after)
  return changed.length < whole.length ? changed : whole
}

function written(before: readonly Cell[], after: readonly Cell[]): string {
  const length = Math.max(before.length, after.length)
  const end = after.findLastIndex(cell => !isBlank(cell)) + 1
  let text = ''
  let style = ''
  for (const { from, to } of stretches(before, after, length)) {
    text += from === 0 ? `${escape}G` : `${escape}${from + 1}G`
    for (let at = from; at < to; ) {
      const blanks = blanksFrom(after, at, to)
      const isLast = at >= end
      if (isLast || blanks > manyBlanks) {
        text += turned(style, '') + (isLast ? `${escape}K` : `${escape}${blanks}X`)
        style = ''
        if (isLast) return text
        at += blanks
        if (at < to) text += `${escape}${blanks}C`
        continue
      }
      const cell = after[at] ?? blank
      const next = isBlank(cell) && !showsOnBlank(style) ? style : cell.style
      text += turned(style, next) + cell.sign
      style = next
      at += 1
    }
  }
  return text + turned(style, '')
}

type Stretch = { readonly from: number; readonly to: number }

/** Where cells changed; those that lie close together as one. */
function stretches(before: readonly Cell[], after: readonly Cell[], length: number): readonly Stretch[] {
  const found: Stretch[] = []
  for (let at = 0; at < length; at += 1) {
    if (isSame(before[at] ?? blank, after[at] ?? blank)) continue
    const last = found.at(-1)
    if (last !== undefined && at - last.to < gap) found[found.length - 1] = { from: last.from, to: at + 1 }
    else found.push({ from: at, to: at + 1 })
  }
  return found
}

function blanksFrom(cells: readonly Cell[], from: number, to: number): number {
  let at = from
  while (at < to && isBlank(cells[at] ?? blank)) at += 1
  return at - from
}

function isBlank({ sign, style }: Cell): boolean {
  return sign === ' ' && style === ''
}

function isSame(one: Cell, other: Cell): boolean {
  return one.sign === other.sign && one.style === other.style
}

/** From one style to another. */
function turned(from: string, to: string): string {
  if (from === to) return ''
  if (to === '') return `${escape}m`
  return from === '' ? `${escape}${to}m` : `${escape}0;${to}m`
}

const passedOver = new RegExp(String.raw`(?:\x1b\[E){2,}`, 'gu')

/** Lines that stay are passed over one by one; several that lie together take one move. */
export function movesTogether(frame: string): string {
  return frame.replaceAll(passedOver, moves => `${escape}${moves.length / 3}E`)
}
