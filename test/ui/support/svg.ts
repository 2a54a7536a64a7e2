import type xterm from '@xterm/headless'

const cell = { width: 8.4, height: 18 }
type Palette = { readonly ink: string; readonly paper: string; readonly colours: Readonly<Record<number, string>> }

/** Colours as terminals commonly have them, by their numbers: 9 to 14 are the bright ones. */
const dark: Palette = {
  ink: '#d8d8d8',
  paper: '#16181d',
  colours: {
    1: '#e06c6c',
    2: '#7bbf7b',
    3: '#d9b45b',
    4: '#6f9fe0',
    5: '#c08bd0',
    6: '#6cc0cc',
    9: '#ff8080',
    10: '#98e598',
    11: '#ffd97a',
    14: '#8fe6f2',
  },
}
const onWhite: Palette = {
  ink: '#222222',
  paper: '#fbfbf8',
  colours: { 1: '#b02020', 2: '#207020', 3: '#907000', 4: '#1f4fa8', 5: '#8a2a8a', 6: '#107080' },
}

/** What stands in a terminal, as a picture: runs of one style, the same bytes each time. */
export function svgOf(terminal: xterm.Terminal, isLight = false): string {
  const palette = isLight ? onWhite : dark
  const { cols, rows } = terminal
  const parts: string[] = []
  for (let row = 0; row < rows; row += 1)
    parts.push(...runsOf(terminal, row, palette).map(run => draw(run, row, palette)))
  const [width, height] = [cols * cell.width + 16, rows * cell.height + 16]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14">
<rect width="100%" height="100%" rx="6" fill="${palette.paper}"/>
${parts.filter(part => part !== '').join('\n')}
</svg>
`
}

type Run = {
  text: string
  readonly from: number
  readonly style: string
  readonly inverse: boolean
  readonly fill: string
  readonly bold: boolean
  readonly dim: boolean
}

function runsOf(terminal: xterm.Terminal, row: number, { colours, ink }: Palette): readonly Run[] {
  const line = terminal.buffer.active.getLine(row)
  const runs: Run[] = []
  for (let column = 0; column < terminal.cols; column += 1) {
    const here = line?.getCell(column)
    if (here === undefined) continue
    const fill = here.isFgPalette() ? (colours[here.getFgColor()] ?? ink) : ink
    const [inverse, bold, dim] = [here.isInverse() !== 0, here.isBold() !== 0, here.isDim() !== 0]
    const style = [fill, inverse, bold, dim].join(' ')
    const last = runs.at(-1)
    if (last?.style === style) last.text += here.getChars() || ' '
    else runs.push({ text: here.getChars() || ' ', from: column, style, inverse, fill, bold, dim })
  }
  return runs
}

function draw({ text, from, inverse, fill, bold, dim }: Run, row: number, { paper }: Palette): string {
  if (text.trim() === '' && !inverse) return ''
  const x = (8 + from * cell.width).toFixed(1)
  const y = 8 + row * cell.height
  const width = (text.length * cell.width).toFixed(1)
  const back = inverse ? `<rect x="${x}" y="${y}" width="${width}" height="${cell.height}" fill="${fill}"/>` : ''
  const attributes = `${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`
  return `${back}<text x="${x}" y="${y + 13.5}" textLength="${width}" xml:space="preserve" fill="${inverse ? paper : fill}"${attributes}>${escape(text)}</text>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
