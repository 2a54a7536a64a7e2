import { useApp, useInput } from 'ink'
import { useEffect, type ReactElement } from 'react'

/** Gives the terminal to `work` as it was found, and takes it again afterwards, which draws everything anew. */
export type Lend = (work: () => Promise<void>) => Promise<void>

type Props = {
  readonly onLend: (lend: Lend) => void
  /** What a key changed is drawn at once, and not with the next frame. */
  readonly hasten: boolean
}

/** Draws nothing: it hands out what can be had inside the tree alone. */
export function Lender({ onLend, hasten }: Props): ReactElement | null {
  const { suspendTerminal, waitUntilRenderFlush } = useApp()
  useEffect(() => onLend(suspendTerminal), [onLend, suspendTerminal])
  useInput(() => {
    if (hasten) void waitUntilRenderFlush()
  })
  return null
}
