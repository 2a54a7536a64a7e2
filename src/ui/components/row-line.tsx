import { styleText } from 'node:util'
import { Text, useAnimation } from 'ink'
import { memo, type ReactElement } from 'react'
import type { Row, Span } from '../text/row.ts'
import type { Style, Theme } from '../theme.ts'

const turns = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇']
const asciiTurns = ['|', '/', '-', '\\']
/** Slow enough for a bad link: one cell four times a second. */
const turnMs = 250

type Props = { readonly row: Row; readonly theme: Theme }

/** One line of the screen. It was cut and filled before; nothing wraps here. A frame is made anew each time: what a line says counts. */
export const RowLine = memo(drawRow, (before, now) => before.theme === now.theme && sameRow(before.row, now.row))

function sameRow(before: Row, now: Row): boolean {
  return before.length === now.length && before.every((part, index) => sameSpan(part, now[index]))
}

function sameSpan(before: Span, now: Span | undefined): boolean {
  return before === now || (before.text === now?.text && before.tone === now.tone && before.spins === now.spins)
}

function drawRow(props: Props): ReactElement {
  const turning = props.theme.animation && props.row.some(({ spins }) => spins === true)
  return turning ? <TurningLine {...props} /> : <Text wrap="truncate">{painted(props, null)}</Text>
}

function TurningLine(props: Props): ReactElement {
  const { frame } = useAnimation({ interval: turnMs })
  const all = props.theme.ascii ? asciiTurns : turns
  return <Text wrap="truncate">{painted(props, all[frame % all.length] ?? ' ')}</Text>
}

/** As one text: each part of its own would be a node for React to make and for the layout to measure. */
function painted({ row, theme }: Props, turn: string | null): string {
  const parts = row.map(({ text, tone = 'plain', spins }) => {
    const said = spins === true && turn !== null ? ` ${turn} `.padEnd(text.length).slice(0, text.length) : text
    return styleText(formatsOf(theme.style(tone)), said, { validateStream: false })
  })
  return parts.join('')
}

type Formats = Exclude<Parameters<typeof styleText>[0], string>

/** Whether there is colour is the theme's to say. */
function formatsOf({ color, bold, inverse, dimColor }: Style): Formats {
  return [
    ...(inverse === true ? ['inverse' as const] : []),
    ...(bold === true ? ['bold' as const] : []),
    ...(color === undefined ? [] : [color]),
    ...(dimColor === true ? ['dim' as const] : []),
  ]
}
