import { Text, useAnimation } from 'ink'
import { memo, type ReactElement } from 'react'
import type { Row, Span } from '../text/row.ts'
import type { Theme } from '../theme.ts'

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

function drawRow({ row, theme }: Props): ReactElement {
  return (
    <Text wrap="truncate">
      {row.map((part, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- spans of one row have no other identity
        <Text key={index} {...theme.style(part.tone ?? 'plain')}>
          {part.spins === true && theme.animation ? (
            <Turning ascii={theme.ascii} width={part.text.length} />
          ) : (
            part.text
          )}
        </Text>
      ))}
    </Text>
  )
}

function Turning({ ascii, width }: { readonly ascii: boolean; readonly width: number }): ReactElement {
  const { frame } = useAnimation({ interval: turnMs })
  const all = ascii ? asciiTurns : turns
  return <>{` ${all[frame % all.length] ?? ' '} `.padEnd(width).slice(0, width)}</>
}
