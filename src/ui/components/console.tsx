import { useApp, useWindowSize } from 'ink'
import { useEffect, useMemo, useState, type ReactElement } from 'react'
import { gateOf } from '../../state/gates.ts'
import type { Ask } from '../../state/intent.ts'
import { asSeen, type ReadonlyStore } from '../../state/store.ts'
import type { Walk } from '../../state/walk.ts'
import { composeFrame } from '../frame/compose.ts'
import type { Edited, Editor } from '../input/editor.ts'
import type { Key } from '../input/keys-of.ts'
import { useKeys } from '../input/use-keys.ts'
import { themeOf, type ScreenOptions } from '../theme.ts'
import { paste, press } from '../view/press.ts'
import { editedInDialog } from '../view/press-dialog.ts'
import { withoutOvertaken } from '../view/overtaken.ts'
import { firstView, type Effect, type Look, type View, type World } from '../view/view.ts'
import { wantedOutput } from '../view/wanted-output.ts'
import { ScreenRows } from './screen-rows.tsx'
import { useLatest } from './use-latest.ts'
import { useSlowly } from './use-slowly.ts'

export type ConsoleProps = {
  readonly store: ReadonlyStore
  readonly send: (ask: Ask, gate: string | null) => void
  readonly walk: (to: Walk) => void
  readonly leave: () => void
  /** Stops the job that this console is. */
  readonly suspend: () => void
  readonly edit: Editor
  /** Says, for a person, where the text went. */
  readonly copy: (text: string) => Promise<string>
  /** Has the end of a step's output come into the store. */
  readonly readOutput: (path: string) => void
  readonly options: ScreenOptions
}

/** The screen: a frame of rows, and keys that change what is looked at. What is true is in the store alone. */
export function Console({
  store,
  send,
  walk,
  leave,
  suspend,
  edit,
  copy,
  readOutput,
  options,
}: ConsoleProps): ReactElement {
  const [view, latest, become] = useLatest<View>({ ...firstView, guided: options.guided === true })
  const drawing = useDrawing(options, view.look)
  const state = asSeen(useSlowly(store, drawing.slowLink))
  const { columns, rows } = useWindowSize()
  const { suspendTerminal } = useApp()
  // Ink gives the terminal back and takes it again, which draws everything anew.
  const redraw = (): void => void suspendTerminal(() => Promise.resolve())

  // What was said of the last key is out of date once the run waits for something else.
  const gate = gateOf(state.run)?.id ?? null
  const [pressedAt, setPressedAt] = useState<string | null>(null)
  const open = withoutOvertaken(view, state)
  const shown = pressedAt === gate ? open : { ...open, notice: null }
  const theme = useMemo(() => themeOf(drawing), [drawing])
  const frame = composeFrame(shown, state, theme, { columns, rows })

  const wanted = wantedOutput(view, state)
  useEffect(() => {
    if (wanted !== null) readOutput(wanted)
  }, [wanted, readOutput])

  const openEditor = async (field: string, text: string): Promise<void> => {
    let edited: Edited = { ok: false, says: 'The editor could not be opened.' }
    await suspendTerminal(async () => {
      edited = await edit(text)
    })
    become(editedInDialog(latest.current, field, edited))
  }
  const copyOut = async (text: string): Promise<void> => {
    const notice = await copy(text)
    become({ ...latest.current, notice })
  }
  const carryOut = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.kind === 'send') send(effect.ask, effect.gate)
      else if (effect.kind === 'walk') walk(effect.to)
      else if (effect.kind === 'leave') leave()
      else if (effect.kind === 'edit') void openEditor(effect.field, effect.text)
      else if (effect.kind === 'copy') void copyOut(effect.text)
      else if (effect.kind === 'suspend') suspend()
      else redraw()
    }
  }
  const world = (clockMs = performance.now()): World => {
    const current = asSeen(store.getState())
    const { front, page } = composeFrame(latest.current, current, theme, { columns, rows })
    return { state: current, clockMs, front, page }
  }
  const onKey = (key: Key, atMs: number): void => {
    const now = world(atMs)
    const pressed = press(withoutOvertaken(latest.current, now.state), key, now)
    become(pressed.view)
    setPressedAt(gate)
    carryOut(pressed.effects)
  }
  const onPaste = (text: string): void => become(paste(latest.current, text, world()).view)
  useKeys(onKey, onPaste)

  return <ScreenRows rows={frame.rows} theme={theme} columns={columns} />
}

/** As it was started, but for what was chosen since. */
function useDrawing(options: ScreenOptions, { theme, animation, slowLink }: Look): ScreenOptions {
  return useMemo(
    () => ({
      ...options,
      ...(theme === undefined ? {} : { theme }),
      ...(animation === undefined ? {} : { animation }),
      ...(slowLink === undefined ? {} : { slowLink }),
    }),
    [options, theme, animation, slowLink],
  )
}
