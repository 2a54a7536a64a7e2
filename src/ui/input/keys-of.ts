import type { Key as InkKey } from 'ink'
import { graphemesOf } from '../text/width.ts'

/**
 * One key: `enter`, `esc`, `up`, `ctrl+l`, ... or one grapheme. Keys typed ahead, or repeated over a slow link, arrive
 * joined in one packet (`jjj`, `y\r`); they come out here one by one, in their order.
 */
export type Key = string

export function keysOf(input: string, key: InkKey): readonly Key[] {
  const name = named(key)
  if (name !== null) return [name]
  if (key.ctrl) return input === '' ? [] : [`ctrl+${input}`]
  if (key.meta) return []
  return graphemesOf(input.replaceAll('\r\n', '\r')).flatMap(grapheme => fromText(grapheme))
}

function named(key: InkKey): Key | null {
  if (key.return) return 'enter'
  if (key.escape) return 'esc'
  if (key.tab) return key.shift ? 'shift+tab' : 'tab'
  if (key.backspace) return 'backspace'
  if (key.delete) return 'delete'
  if (key.upArrow) return 'up'
  if (key.downArrow) return 'down'
  if (key.leftArrow) return key.ctrl || key.meta ? 'ctrl+left' : 'left'
  if (key.rightArrow) return key.ctrl || key.meta ? 'ctrl+right' : 'right'
  if (key.pageUp) return 'page up'
  if (key.pageDown) return 'page down'
  if (key.home) return 'home'
  return key.end ? 'end' : null
}

function fromText(grapheme: string): readonly Key[] {
  if (grapheme === '\r' || grapheme === '\n') return ['enter']
  if (grapheme === '\t') return ['tab']
  if (grapheme === '\u001f') return ['ctrl+_']
  return grapheme < ' ' ? [] : [grapheme]
}

/** Is this key a character to be typed, and not a named one? */
export function isText(key: Key): boolean {
  return graphemesOf(key).length === 1
}
