import { useInput, usePaste } from 'ink'
import { keysOf, type Key } from './keys-of.ts'

/**
 * The only way keys come in. Bracketed paste is always on, so that a pasted text is never taken for keys.
 * `\n` is Enter as well: some terminals and every script send it.
 */
export function useKeys(onKey: (key: Key) => void, onPaste: (text: string) => void): void {
  useInput((input, key) => {
    for (const one of keysOf(input, key)) onKey(one)
  })
  usePaste(onPaste)
}
