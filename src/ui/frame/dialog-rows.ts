import { cancelFocus, confirmFocus, untyped, type Dialog, type Field } from '../dialogs/dialog.ts'
import { blank, paragraph, row, span, verbatim, type Row } from '../text/row.ts'
import { cells, column, graphemesOf } from '../text/width.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Theme } from '../theme.ts'
import { overtakenWhy } from '../view/overtaken.ts'

/** A dialog: what it says above, scrolled where it is long; its fields, the one in focus among them; its buttons always in sight. */
export function dialogRows(
  dialog: Dialog,
  state: ConsoleState,
  theme: Theme,
  width: number,
  height: number,
): readonly Row[] {
  const says = dialog.says.flatMap(said =>
    said.verbatim === true ? verbatim(said.text, width, said.tone) : paragraph(said.text, width, said.tone),
  )
  const blocks = dialog.fields.map((field, index) => fieldRows(field, index === dialog.focus, theme, width))
  const room = height - 3 // the error, the buttons, and what may say that there is more above
  const forFields = Math.min(blocks.flat().length, Math.max(1, room - Math.min(says.length, leastSaid)))
  return [
    ...saidRows(says, dialog.scroll, Math.max(1, room - forFields), theme),
    ...fieldsInSight(blocks, dialog.focus, forFields, theme),
    errorRow(dialog.error ?? overtakenWhy(dialog, state), theme),
    buttons(dialog, theme),
  ]
}

const leastSaid = 2

/** A row more than `room`: the last one says whether there is more to read. */
function saidRows(says: readonly Row[], scroll: number, room: number, theme: Theme): readonly Row[] {
  const top = Math.min(scroll * Math.max(1, room - 1), Math.max(0, says.length - room))
  const more = says.length > top + room ? [span(` ${theme.glyphs.more} page down reads on`, 'quiet')] : []
  return [...says.slice(top, top + room), more]
}

/** All of them where there is room; else those around the one in focus, and how many more there are. */
function fieldsInSight(blocks: readonly (readonly Row[])[], focus: number, room: number, theme: Theme): readonly Row[] {
  const rows = blocks.flat()
  if (rows.length <= room) return rows
  const shown = Math.max(1, room - 1)
  const at = blocks.slice(0, Math.min(focus, blocks.length - 1)).flat().length
  const top = Math.max(0, Math.min(rows.length - shown, at - Math.floor(shown / 2)))
  const [above, below] = [top, rows.length - top - shown]
  const says = `${theme.glyphs.more} ${above > 0 ? `${above} above` : ''}${above > 0 && below > 0 ? ', ' : ''}${below > 0 ? `${below} below` : ''}: tab goes on`
  return [...rows.slice(top, top + shown), row(span(`  ${says}`, 'quiet'))]
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

function errorRow(error: string | null, theme: Theme): Row {
  return error === null ? blank : row(span(`${theme.glyphs.bad} ${error}`, 'bad'))
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
