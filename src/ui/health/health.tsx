import { useApp, useWindowSize } from 'ink'
import { useMemo, type ReactElement } from 'react'
import { useStore } from 'zustand'
import type { ReadonlyStore } from '../../state/store.ts'
import { ScreenRows } from '../components/screen-rows.tsx'
import { useLatest } from '../components/use-latest.ts'
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
  const [view, latest, become] = useLatest(firstHealthView)
  const { suspendTerminal } = useApp()
  const theme = useMemo(() => themeOf(options), [options])
  const frame = healthFrame(view, state, says(), theme, { columns, rows })
  const onKey = (key: Key): void => {
    const { max, page } = healthFrame(latest.current, store.getState(), says(), theme, { columns, rows })
    const pressed = pressHealth(latest.current, key, max, page)
    become(pressed.view)
    if (pressed.effect === 'leave') leave()
    if (pressed.effect === 'suspend') suspend()
    if (pressed.effect === 'redraw') void suspendTerminal(() => Promise.resolve())
  }
  useKeys(onKey, () => undefined)
  return <ScreenRows rows={frame.rows} theme={theme} columns={columns} />
}
