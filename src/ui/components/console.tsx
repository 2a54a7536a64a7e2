import { Box, useApp, useWindowSize } from 'ink'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { useStore } from 'zustand'
import { gateOf } from '../../state/gates.ts'
import type { Ask } from '../../state/intent.ts'
import type { ReadonlyStore } from '../../state/store.ts'
import { composeFrame } from '../frame/compose.ts'
import type { Edited, Editor } from '../input/editor.ts'
import type { Key } from '../input/keys-of.ts'
import { useKeys } from '../input/use-keys.ts'
import type { Theme } from '../theme.ts'
import { paste, press } from '../view/press.ts'
import { editedInDialog } from '../view/press-dialog.ts'
import { withoutOvertaken } from '../view/overtaken.ts'
import { firstView, type Effect, type View, type World } from '../view/view.ts'
import { RowLine } from './row-line.tsx'

export type ConsoleProps = {
  readonly store: ReadonlyStore
  readonly send: (ask: Ask, gate: string | null) => void
  readonly leave: () => void
  readonly edit: Editor
  readonly theme: Theme
}

/** The screen: a frame of rows, and keys that change what is looked at. What is true is in the store alone. */
export function Console({ store, send, leave, edit, theme }: ConsoleProps): ReactElement {
  const state = useStore(store)
  const { columns, rows } = useWindowSize()
  const [view, setView] = useState<View>(firstView)
  const { suspendTerminal } = useApp()
  // Ink gives the terminal back and takes it again, which draws everything anew.
  const redraw = (): void => void suspendTerminal(() => Promise.resolve())
  // Keys joined in one packet are pressed one after the other, each on what the one before it left.
  const latest = useRef(view)
  useEffect(() => {
    latest.current = view
  }, [view])

  // What was said of the last key is out of date once the run waits for something else.
  const gate = gateOf(state.run)?.id ?? null
  const [pressedAt, setPressedAt] = useState<string | null>(null)
  const open = withoutOvertaken(view, state)
  const shown = pressedAt === gate ? open : { ...open, notice: null }
  const frame = composeFrame(shown, state, theme, { columns, rows })

  const openEditor = async (field: string, text: string): Promise<void> => {
    let edited: Edited = { ok: false, says: 'The editor could not be opened.' }
    await suspendTerminal(async () => {
      edited = await edit(text)
    })
    latest.current = editedInDialog(latest.current, field, edited)
    setView(latest.current)
  }
  const carryOut = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.kind === 'send') send(effect.ask, effect.gate)
      else if (effect.kind === 'leave') leave()
      else if (effect.kind === 'edit') void openEditor(effect.field, effect.text)
      else redraw()
    }
  }
  const world = (clockMs = performance.now()): World => {
    const current = store.getState()
    const { top, max, page } = composeFrame(latest.current, current, theme, { columns, rows })
    return { state: current, clockMs, top, max, page }
  }
  const onKey = (key: Key, atMs: number): void => {
    const now = world(atMs)
    const pressed = press(withoutOvertaken(latest.current, now.state), key, now)
    latest.current = pressed.view
    setView(pressed.view)
    setPressedAt(gate)
    carryOut(pressed.effects)
  }
  const onPaste = (text: string): void => {
    const pressed = paste(latest.current, text, world())
    latest.current = pressed.view
    setView(pressed.view)
  }
  useKeys(onKey, onPaste)

  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {frame.rows.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line of the screen is its place
        <RowLine key={index} row={line} theme={theme} />
      ))}
    </Box>
  )
}
