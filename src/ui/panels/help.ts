import type { ConsoleState } from '../../state/store.ts'
import { keyNames, keyTable, offReason } from '../keys/table.ts'
import type { KeyRow } from '../keys/row.ts'
import { blank, heading, row, span, wrapText, type Row } from '../text/row.ts'
import { column } from '../text/width.ts'
import type { Tone } from '../theme.ts'
import type { Panel } from './panel.ts'

/** Every key of the table; one that is off says why. */
export const helpPanel: Panel = (state, _, width) => {
  const groups = [
    { group: 'act', title: 'Acting' },
    { group: 'look', title: 'Looking' },
    { group: 'move', title: 'Moving' },
    { group: 'drill', title: 'In a drill' },
  ] as const
  const rows = groups.flatMap(({ group, title }) => [
    heading(title),
    ...keyTable.filter(key => key.group === group).flatMap(key => lines(key, state, width)),
    blank,
  ])
  return {
    title: 'Keys',
    rows: [...rows, heading('In a dialog'), ...inDialogs.flatMap(([keys, says]) => helpRows(keys, says, width))],
  }
}

const keysWide = 16

function lines(key: KeyRow, state: ConsoleState, width: number): readonly Row[] {
  const off = offReason(key, state)
  const keys = key.keys.length === 0 ? [`:${key.id}`] : keyNames(key)
  const why = off === null ? [] : helpRows('', `off: ${off}`, width, 'quiet')
  return [...helpRows(keys.join(' '), key.help, width), ...why]
}

function helpRows(keys: string, says: string, width: number, tone: Tone = 'plain'): readonly Row[] {
  return wrapText(says, Math.max(20, width - keysWide - 1)).map((text, index) =>
    row(span(column(index === 0 ? keys : '', keysWide), 'key'), ' ', span(text, tone)),
  )
}

const inDialogs: readonly (readonly [string, string])[] = [
  ['enter', 'next field, then the button; a name asked for is typed first'],
  ['tab shift+tab', 'next field, the one before; up and down too'],
  ['left right', 'another choice, or along the line'],
  [
    '^A ^E ^U ^K ^W',
    'to its beginning, its end; take away up to here, from here on, a word; ctrl with left and right goes by words',
  ],
  ['^_', 'undo the last change in a field'],
  ['ctrl+o', 'the text in VISUAL or EDITOR'],
  ['page up/down', 'read on above the fields'],
  ['esc', 'back; nothing is done, and what was typed is there when you come again'],
]
