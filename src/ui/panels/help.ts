import type { ConsoleState } from '../../state/store.ts'
import { keyNames, keyTable, offReason } from '../keys/table.ts'
import type { KeyRow } from '../keys/row.ts'
import { blank, heading, row, span, wrapText, type Row } from '../text/row.ts'
import { column } from '../text/width.ts'
import type { Panel } from './panel.ts'

/** Every key of the table; one that is off says why. */
export const helpPanel: Panel = (state, _, width) => {
  const groups = [
    { group: 'act', title: 'Acting' },
    { group: 'look', title: 'Looking' },
    { group: 'move', title: 'Moving' },
  ] as const
  const rows = groups.flatMap(({ group, title }) => [
    heading(title),
    ...keyTable.filter(key => key.group === group).flatMap(key => lines(key, state, width)),
    blank,
  ])
  return { title: 'Keys', rows: [...rows, heading('In a dialog'), ...inDialogs] }
}

const keysWide = 16

function lines(key: KeyRow, state: ConsoleState, width: number): readonly Row[] {
  const off = offReason(key, state)
  const keys = key.keys.length === 0 ? [`:${key.id}`] : keyNames(key)
  const says = wrapText(key.help, Math.max(20, width - keysWide - 1)).map(text => span(text))
  const why =
    off === null ? [] : wrapText(`off: ${off}`, Math.max(20, width - keysWide - 1)).map(text => span(text, 'quiet'))
  return [...says, ...why].map((said, index) =>
    row(span(column(index === 0 ? keys.join(' ') : '', keysWide), 'key'), ' ', said),
  )
}

const inDialogs: readonly Row[] = [
  ['enter', 'next field, then the button; a name asked for is typed first'],
  ['tab shift+tab', 'next field, the one before; up and down too'],
  ['left right', 'another choice, or along the line'],
  ['ctrl+o', 'the text in VISUAL or EDITOR'],
  ['page up/down', 'read on above the fields'],
  ['esc', 'back; nothing is done'],
].map(([keys = '', says = '']) => row(span(column(keys, keysWide), 'key'), ` ${says}`))
