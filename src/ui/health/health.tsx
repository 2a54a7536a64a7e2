import { Box, useApp, useWindowSize } from 'ink'
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react'
import { useStore } from 'zustand'
import type { ReadonlyStore } from '../../state/store.ts'
import { RowLine } from '../components/row-line.tsx'
import type { Key } from '../input/keys-of.ts'
import { useKeys } from '../input/use-keys.ts'
import { themeOf, type ScreenOptions } from '../theme.ts'
import { healthFrame } from './frame.ts'
import { firstHealthView, pressHealth } from './view.ts'

export type HealthProps = {
  readonly store: ReadonlyStore
  /** What there is to know of a run; changes with the store's state. */
  readonly says: () => string
  readonly leave: () => void
  readonly suspend: () => void
  readonly options: ScreenOptions
}

export function Health({ store, says, leave, suspend, options }: HealthProps): ReactElement {
  const state = useStore(store)
  const { columns, rows } = useWindowSize()
  const [view, setView] = useState(firstHealthView)
  const { suspendTerminal } = useApp()
  const theme = useMemo(() => themeOf(options), [options])
  // Keys joined in one packet are pressed one after the other, each on what the one before it left.
  const latest = useRef(view)
  useEffect(() => {
    latest.current = view
  }, [view])
  const frame = healthFrame(view, state, says(), theme, { columns, rows })
  const onKey = (key: Key): void => {
    const { max, page } = healthFrame(latest.current, store.getState(), says(), theme, { columns, rows })
    const pressed = pressHealth(latest.current, key, max, page)
    latest.current = pressed.view
    setView(pressed.view)
    if (pressed.effect === 'leave') leave()
    if (pressed.effect === 'suspend') suspend()
    if (pressed.effect === 'redraw') void suspendTerminal(() => Promise.resolve())
  }
  useKeys(onKey, () => undefined)
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {frame.rows.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line of the screen is its place
        <RowLine key={index} row={line} theme={theme} />
      ))}
    </Box>
  )
}
