import { Box } from 'ink'
import type { ReactElement } from 'react'
import type { Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'
import { RowLine } from './row-line.tsx'

type Props = { readonly rows: readonly Row[]; readonly theme: Theme; readonly columns: number }

/** The whole screen, line by line. */
export function ScreenRows({ rows, theme, columns }: Props): ReactElement {
  return (
    <Box flexDirection="column" width={columns} height={rows.length} overflow="hidden">
      {rows.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line of the screen is its place
        <RowLine key={index} row={line} theme={theme} />
      ))}
    </Box>
  )
}
