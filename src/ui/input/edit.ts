import { oneLine } from '../../state/text.ts'
import { graphemesOf } from '../text/width.ts'
import { isText, type Key } from './keys-of.ts'

/** A line being typed. The cursor counts graphemes and stands before the one of its number. */
export type Typed = { readonly value: string; readonly cursor: number }

const longest = 1000

/** The line after a key; the same object where the key is none of its own. */
export function edit(line: Typed, key: Key): Typed {
  const all = graphemesOf(line.value)
  const at = Math.min(line.cursor, all.length)
  const join = (parts: readonly string[], cursor: number): Typed => ({ value: parts.join(''), cursor })
  switch (key) {
    case 'left':
      return { ...line, cursor: Math.max(0, at - 1) }
    case 'right':
      return { ...line, cursor: Math.min(all.length, at + 1) }
    case 'home':
    case 'ctrl+a':
      return { ...line, cursor: 0 }
    case 'end':
    case 'ctrl+e':
      return { ...line, cursor: all.length }
    case 'backspace':
      return at === 0 ? line : join([...all.slice(0, at - 1), ...all.slice(at)], at - 1)
    case 'delete':
      return join([...all.slice(0, at), ...all.slice(at + 1)], at)
    case 'ctrl+k':
      return join(all.slice(0, at), at)
    case 'ctrl+left':
      return { ...line, cursor: wordsLeft(all, at) }
    case 'ctrl+right':
      return { ...line, cursor: wordsRight(all, at) }
    case 'ctrl+u':
      return join(all.slice(at), 0)
    case 'ctrl+w': {
      const from = wordsLeft(all, at)
      return join([...all.slice(0, from), ...all.slice(at)], from)
    }
    default:
      return isText(key) ? insert(line, key) : line
  }
}

/** Several lines become one. */
export function pasted(line: Typed, text: string): Typed {
  return insert(line, oneLine(text, longest))
}

function insert(line: Typed, text: string): Typed {
  const all = graphemesOf(line.value)
  const added = graphemesOf(text).slice(0, Math.max(0, longest - all.length))
  const at = Math.min(line.cursor, all.length)
  return { value: [...all.slice(0, at), ...added, ...all.slice(at)].join(''), cursor: at + added.length }
}

/** Where the word begins that ends at or before here. */
function wordsLeft(all: readonly string[], at: number): number {
  let from = at
  while (from > 0 && isSpace(all[from - 1])) from -= 1
  while (from > 0 && !isSpace(all[from - 1])) from -= 1
  return from
}

function wordsRight(all: readonly string[], at: number): number {
  let to = at
  while (to < all.length && isSpace(all[to])) to += 1
  while (to < all.length && !isSpace(all[to])) to += 1
  return to
}

function isSpace(grapheme: string | undefined): boolean {
  return grapheme !== undefined && grapheme.trim() === ''
}
