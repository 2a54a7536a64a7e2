export type ScreenOptions = {
  /** False keeps bold and inverse, and drops every colour. */
  readonly color: boolean
  readonly ascii: boolean
  readonly animation: boolean
}

export type Tone =
  | 'plain'
  | 'good'
  | 'bad'
  | 'warn'
  | 'accent'
  | 'quiet'
  | 'title'
  | 'key'
  | 'chosen'
  | 'production'
  | 'staging'
  | 'drill'

export type Style = {
  readonly color?: string
  readonly bold?: boolean
  readonly inverse?: boolean
  readonly dimColor?: boolean
}

export type Glyphs = Readonly<
  Record<
    | 'done'
    | 'bad'
    | 'now'
    | 'ahead'
    | 'skipped'
    | 'warn'
    | 'unknown'
    | 'running'
    | 'arrow'
    | 'pointer'
    | 'rule'
    | 'end'
    | 'left'
    | 'right'
    | 'more',
    string
  >
>

export type Theme = {
  readonly ascii: boolean
  readonly animation: boolean
  readonly glyphs: Glyphs
  readonly border: Border
  readonly style: (tone: Tone) => Style
}

type Border = Readonly<
  Record<'topLeft' | 'top' | 'topRight' | 'right' | 'bottomRight' | 'bottom' | 'bottomLeft' | 'left', string>
>

/** Sixteen colours on the terminal's own background; a glyph and a word always say the same. */
export function themeOf({ color, ascii, animation }: ScreenOptions): Theme {
  const styles = color ? colours : monochrome
  return {
    ascii,
    animation,
    glyphs: ascii ? asciiGlyphs : glyphs,
    border: ascii ? asciiBorder : border,
    style: tone => styles[tone],
  }
}

const colours: Readonly<Record<Tone, Style>> = {
  plain: {},
  good: { color: 'green' },
  bad: { color: 'red', bold: true },
  warn: { color: 'yellow' },
  accent: { color: 'cyan' },
  quiet: { dimColor: true },
  title: { bold: true },
  key: { color: 'cyan', bold: true },
  chosen: { inverse: true },
  production: { color: 'red', inverse: true, bold: true },
  staging: { color: 'yellow', inverse: true, bold: true },
  drill: { color: 'cyan', inverse: true, bold: true },
}

const monochrome: Readonly<Record<Tone, Style>> = {
  plain: {},
  good: {},
  bad: { bold: true },
  warn: { bold: true },
  accent: {},
  quiet: {},
  title: { bold: true },
  key: { bold: true },
  chosen: { inverse: true },
  production: { inverse: true, bold: true },
  staging: { inverse: true, bold: true },
  drill: { inverse: true, bold: true },
}

/** Each one cell wide in every width table looked at. */
const glyphs: Glyphs = {
  done: '✓',
  bad: '✗',
  now: '●',
  ahead: '○',
  skipped: '–',
  warn: '▲',
  unknown: '?',
  running: '◐',
  arrow: '→',
  pointer: '❯',
  rule: '─',
  end: '━',
  left: '‹',
  right: '›',
  more: '…',
}

const asciiGlyphs: Glyphs = {
  done: '+',
  bad: 'x',
  now: '*',
  ahead: 'o',
  skipped: '-',
  warn: '!',
  unknown: '?',
  running: '~',
  arrow: '->',
  pointer: '>',
  rule: '-',
  end: '=',
  left: '<',
  right: '>',
  more: '~',
}

const border: Border = {
  topLeft: '┌',
  top: '─',
  topRight: '┐',
  right: '│',
  bottomRight: '┘',
  bottom: '─',
  bottomLeft: '└',
  left: '│',
}

const asciiBorder: Border = {
  topLeft: '+',
  top: '-',
  topRight: '+',
  right: '|',
  bottomRight: '+',
  bottom: '-',
  bottomLeft: '+',
  left: '|',
}
