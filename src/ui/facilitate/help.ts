import { keyName } from '../keys/table.ts'
import type { Panel } from '../panels/panel.ts'
import { blank, paragraph, row, span, wrapText } from '../text/row.ts'
import { column } from '../text/width.ts'
import { facilitateKeys } from './keys.ts'

const keysWide = 14

export const helpBox: Panel = (_state, _theme, width) => ({
  title: 'Keys',
  rows: [
    ...facilitateKeys.flatMap(({ keys, help }) =>
      wrapText(help, Math.max(20, width - keysWide - 1)).map((text, index) =>
        row(span(column(index === 0 ? keys.map(keyName).join(' ') : '', keysWide), 'key'), ` ${text}`),
      ),
    ),
    blank,
    ...paragraph('f, h, d and X say first what they would do: y does it, any other key does not.', width),
    ...paragraph('Nobody who plays should see this screen: it shows what is still to come.', width, 'warn'),
  ],
})
