export const themeNames = ['default', 'contrast', 'light', 'mono'] as const
/** `light`: for a light background; `contrast`: nothing dim, everything that is said in colour bold; `mono`: no colour. */
export type ThemeName = (typeof themeNames)[number]

export type ScreenOptions = {
  readonly theme: ThemeName
  readonly ascii: boolean
  readonly animation: boolean
  /** Fewer frames, nothing that turns, no seconds. */
  readonly slowLink: boolean
  /** Each new moment is explained. Left out: it is not. */
  readonly guided?: boolean
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
  readonly color?:
    | 'green'
    | 'red'
    | 'yellow'
    | 'cyan'
    | 'magenta'
    | 'blue'
    | 'greenBright'
    | 'redBright'
    | 'yellowBright'
    | 'cyanBright'
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
    | 'more'
    | 'bar'
    | 'plan'
    | 'longest',
    string
  >
>

export type Theme = {
  readonly ascii: boolean
  readonly animation: boolean
  readonly slowLink: boolean
  readonly glyphs: Glyphs
  readonly border: Border
  readonly style: (tone: Tone) => Style
}

type Border = Readonly<
  Record<'topLeft' | 'top' | 'topRight' | 'right' | 'bottomRight' | 'bottom' | 'bottomLeft' | 'left', string>
>

/** Sixteen colours on the terminal's own background; a glyph and a word always say the same. */
export function themeOf({ theme, ascii, animation, slowLink }: ScreenOptions): Theme {
  const styles = stylesOf[theme]
  return {
    ascii,
    animation: animation && !slowLink,
    slowLink,
    glyphs: ascii ? asciiGlyphs : glyphs,
    border: ascii ? asciiBorder : border,
    style: tone => styles[tone],
  }
}

type Styles = Readonly<Record<Tone, Style>>

const mono: Styles = {
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

const colours: Styles = {
  ...mono,
  good: { color: 'green' },
  bad: { color: 'red', bold: true },
  warn: { color: 'yellow' },
  accent: { color: 'cyan' },
  quiet: { dimColor: true },
  key: { color: 'cyan', bold: true },
  production: { color: 'red', inverse: true, bold: true },
  staging: { color: 'yellow', inverse: true, bold: true },
  drill: { color: 'cyan', inverse: true, bold: true },
}

/** Yellow and cyan cannot be read on white. */
const light: Styles = {
  ...colours,
  warn: { color: 'magenta', bold: true },
  accent: { color: 'blue' },
  quiet: {},
  key: { color: 'blue', bold: true },
  staging: { color: 'magenta', inverse: true, bold: true },
  drill: { color: 'blue', inverse: true, bold: true },
}

const contrast: Styles = {
  ...colours,
  good: { color: 'greenBright', bold: true },
  bad: { color: 'redBright', bold: true, inverse: true },
  warn: { color: 'yellowBright', bold: true },
  accent: { color: 'cyanBright', bold: true },
  quiet: {},
  key: { color: 'cyanBright', bold: true },
}

const stylesOf: Readonly<Record<ThemeName, Styles>> = { default: colours, contrast, light, mono }

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
  bar: '█',
  plan: '─',
  longest: '━',
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
  bar: '#',
  plan: '-',
  longest: '=',
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
