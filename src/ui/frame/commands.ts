import type { ConsoleState } from '../../state/store.ts'
import { row, span, type Row } from '../text/row.ts'
import { column } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { commandOf, commandsFor, type Command } from '../view/commands.ts'
import type { View } from '../view/view.ts'

/** What the typed line still fits, and which of it Enter would do. */
export function commandRows(
  { line }: View,
  state: ConsoleState,
  theme: Theme,
  width: number,
  height: number,
): readonly Row[] {
  const typed = line?.value ?? ''
  const all = commandsFor(typed, state)
  const chosen = commandOf(typed, state)?.name ?? null
  const names = Math.max(12, ...all.map(({ name }) => name.length))
  const rows = all.map(command => commandRow(command, command.name === chosen, theme, names))
  const shown = rows.length > height ? [...rows.slice(0, height - 1), more(rows.length - height + 1, theme)] : rows
  return shown.length === 0
    ? [row(span(`no command has "${column(typed, Math.min(30, width - 20)).trim()}" in it`))]
    : shown
}

function commandRow(
  { name, keys, row: { help }, off }: Command,
  chosen: boolean,
  { glyphs }: Theme,
  names: number,
): Row {
  return row(
    span(chosen ? `${glyphs.pointer} ` : '  ', 'title'),
    span(column(name, names), chosen ? 'chosen' : 'title'),
    span(` ${column(keys, 9)} `, 'key'),
    off === null ? span(help) : span(`off: ${off}`, 'quiet'),
  )
}

function more(count: number, { glyphs }: Theme): Row {
  return row(span(`${glyphs.more} ${count} more: type on`, 'quiet'))
}
