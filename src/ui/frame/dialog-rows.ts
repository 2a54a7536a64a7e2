import { cancelFocus, confirmFocus, untyped, type Dialog, type Field } from '../dialogs/dialog.ts'
import { blank, paragraph, row, span, verbatim, type Row } from '../text/row.ts'
import { cells, column, graphemesOf } from '../text/width.ts'
import type { Theme } from '../theme.ts'

/** A dialog: what it says above, scrolled where it is long; its fields and buttons always in sight below. */
export function dialogRows(dialog: Dialog, theme: Theme, width: number, height: number): readonly Row[] {
  const asks = [
    ...dialog.fields.flatMap((field, index) => fieldRows(field, index === dialog.focus, theme, width)),
    errorRow(dialog, theme),
    buttons(dialog, theme),
  ]
  const says = dialog.says.flatMap(said =>
    said.verbatim === true ? verbatim(said.text, width, said.tone) : paragraph(said.text, width, said.tone),
  )
  const room = Math.max(1, height - asks.length - 1)
  const top = Math.min(dialog.scroll * Math.max(1, room - 1), Math.max(0, says.length - room))
  const shown = says.slice(top, top + room)
  const more = says.length > top + room ? [span(` ${theme.glyphs.more} page down reads on`, 'quiet')] : []
  const filled = [
    ...shown,
    ...Array.from({ length: Math.max(0, Math.min(room, says.length) - shown.length) }, () => blank),
  ]
  return [...filled, more, ...asks]
}

function fieldRows(field: Field, focused: boolean, theme: Theme, width: number): readonly Row[] {
  const pointer = focused ? theme.glyphs.pointer : ' '
  const label = row(span(`${pointer} ${field.label}`, focused ? 'title' : 'plain'))
  switch (field.kind) {
    case 'text':
    case 'typed':
      return [
        [
          ...label,
          span(': '),
          ...typedSpans(field.value, field.cursor, focused, Math.max(10, width - cells(field.label) - 5)),
          ...typedMark(field, theme),
        ],
      ]
    case 'pick': {
      const chosen = field.options[field.index] ?? ''
      return [
        [
          ...label,
          span(`: ${focused ? `${theme.glyphs.left} ` : ''}`),
          span(chosen, focused ? 'chosen' : 'title'),
          span(focused ? ` ${theme.glyphs.right}` : ''),
        ],
      ]
    }
    case 'list':
      return [
        label,
        ...field.options.map((option, index) => {
          const here = index === field.index
          return row(
            span(`   ${here ? theme.glyphs.pointer : ' '} `),
            span(
              column(option.label, Math.min(width - 6, cells(option.label))),
              here && focused ? 'chosen' : here ? 'title' : 'plain',
            ),
          )
        }),
      ]
  }
}

function typedMark(field: Field, theme: Theme): Row {
  return field.kind === 'typed' && field.value.trim() === field.wanted ? [span(` ${theme.glyphs.done}`, 'good')] : []
}

/** The line being typed, its cursor in inverse; where it is long, the part around the cursor, or else its beginning. */
export function typedSpans(text: string, cursor: number, focused: boolean, width: number): Row {
  const value = text.replaceAll('\n', '|') // lines of an editor; here there is one
  if (!focused) return [span(column(value, Math.min(width, cells(value))) || '_', 'accent')]
  const all = graphemesOf(value)
  const from = Math.max(0, cursor - width + 2)
  const shown = all.slice(from, from + width - 1)
  const at = cursor - from
  return [
    span(shown.slice(0, at).join(''), 'accent'),
    span(shown[at] ?? ' ', 'chosen'),
    span(shown.slice(at + 1).join(''), 'accent'),
  ]
}

function errorRow(dialog: Dialog, theme: Theme): Row {
  return dialog.error === null ? blank : row(span(`${theme.glyphs.bad} ${dialog.error}`, 'bad'))
}

function buttons(dialog: Dialog, theme: Theme): Row {
  const armed = untyped(dialog) === null
  const button = (label: string, focused: boolean, tone: 'plain' | 'quiet'): Row => [
    span(focused ? `${theme.glyphs.pointer} ` : '  '),
    span(`[ ${label} ]`, focused ? 'chosen' : tone),
  ]
  return [
    ...button('Cancel', dialog.focus === cancelFocus(dialog), 'plain'),
    span('   '),
    ...button(dialog.confirm, dialog.focus === confirmFocus(dialog), armed ? 'plain' : 'quiet'),
  ]
}
