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
    case 'ctrl+u':
      return join(all.slice(at), 0)
    case 'ctrl+w': {
      const kept = graphemesOf(
        all
          .slice(0, at)
          .join('')
          .replace(/\S*\s*$/, ''),
      )
      return join([...kept, ...all.slice(at)], kept.length)
    }
    default:
      return isText(key) ? insert(line, key) : line
  }
}

export function insert(line: Typed, text: string): Typed {
  const all = graphemesOf(line.value)
  const added = graphemesOf(text).slice(0, Math.max(0, longest - all.length))
  const at = Math.min(line.cursor, all.length)
  return { value: [...all.slice(0, at), ...added, ...all.slice(at)].join(''), cursor: at + added.length }
}
