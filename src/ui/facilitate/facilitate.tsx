import { useApp, useWindowSize } from 'ink'
import { useMemo, type ReactElement } from 'react'
import type { DrillAsk } from '../../state/drill/play/event.ts'
import type { ReadonlyStore } from '../../state/store.ts'
import { ScreenRows } from '../components/screen-rows.tsx'
import { useLatest } from '../components/use-latest.ts'
import { useSlowly } from '../components/use-slowly.ts'
import type { Key } from '../input/keys-of.ts'
import { useKeys } from '../input/use-keys.ts'
import { themeOf, type ScreenOptions } from '../theme.ts'
import { facilitateFrame } from './frame.ts'
import { firstFacilitateView, pasteFacilitate, pressFacilitate } from './view.ts'

export type FacilitateProps = {
  /** Of the drill's own run. */
  readonly store: ReadonlyStore
  readonly send: (ask: DrillAsk) => void
  readonly leave: () => void
  readonly suspend: () => void
  readonly options: ScreenOptions
}

export function Facilitate({ store, send, leave, suspend, options }: FacilitateProps): ReactElement {
  const state = useSlowly(store, options.slowLink)
  const { columns, rows } = useWindowSize()
  const [view, latest, become] = useLatest(firstFacilitateView)
  const { suspendTerminal } = useApp()
  const theme = useMemo(() => themeOf(options), [options])
  const frame = facilitateFrame(view, state, theme, { columns, rows })
  const onKey = (key: Key, clockMs: number): void => {
    const now = store.getState()
    const { content, page } = facilitateFrame(latest.current, now, theme, { columns, rows })
    const pressed = pressFacilitate(latest.current, key, { state: now, clockMs, content, page })
    become(pressed.view)
    if (pressed.effect?.kind === 'send') send(pressed.effect.ask)
    if (pressed.effect?.kind === 'leave') leave()
    if (pressed.effect?.kind === 'suspend') suspend()
    if (pressed.effect?.kind === 'redraw') void suspendTerminal(() => Promise.resolve())
  }
  useKeys(onKey, text => become(pasteFacilitate(latest.current, text)))
  return <ScreenRows rows={frame.rows} theme={theme} columns={columns} />
}
