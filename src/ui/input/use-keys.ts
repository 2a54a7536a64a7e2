import { useInput, usePaste } from 'ink'
import { keysOf, type Key } from './keys-of.ts'

/**
 * The only way keys come in. Bracketed paste is always on, so that a pasted text is never taken for keys.
 * `\n` is Enter as well: some terminals and every script send it. Keys of one packet came at one time, however long the
 * screen takes over each of them.
 */
export function useKeys(onKey: (key: Key, atMs: number) => void, onPaste: (text: string) => void): void {
  useInput((input, key) => {
    const atMs = performance.now()
    for (const one of keysOf(input, key)) onKey(one, atMs)
  })
  usePaste(onPaste)
}
