import { keyName, keyTable, offReason, type KeyRow } from '../keys.ts'
import { blank, heading, row, span, type Row } from '../text/row.ts'
import { column } from '../text/width.ts'
import type { Panel } from './panel.ts'

/** Every key of the table; one that is off says why. */
export const helpPanel: Panel = state => {
  const line = (key: KeyRow): readonly Row[] => {
    const off = offReason(key, state)
    const keys = key.id === 'phase' ? '1-6' : key.keys.map(keyName).join(' ')
    const name = row(span(column(keys, 16), 'key'), ` ${key.help}`)
    return off === null ? [name] : [[...name, span(`  off: ${off}`, 'quiet')]]
  }
  const groups = [
    { group: 'act', title: 'Acting' },
    { group: 'look', title: 'Looking' },
    { group: 'move', title: 'Moving' },
  ] as const
  const rows = groups.flatMap(({ group, title }) => [
    heading(title),
    ...keyTable.filter(key => key.group === group).flatMap(line),
    blank,
  ])
  return { title: 'Keys', rows: [...rows, heading('In a dialog'), ...inDialogs] }
}

const inDialogs: readonly Row[] = [
  ['enter', 'next field, then the button; a name asked for is typed first'],
  ['tab shift+tab', 'next field, the one before; up and down too'],
  ['left right', 'another choice, or along the line'],
  ['ctrl+o', 'the text in VISUAL or EDITOR'],
  ['page up/down', 'read on above the fields'],
  ['esc', 'back; nothing is done'],
].map(([keys = '', text = '']) => row(span(column(keys, 16), 'key'), ` ${text}`))
