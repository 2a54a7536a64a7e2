import type { ItemState } from '../state/checklist.ts'

/** Glyph and word, never colour alone. */
export const marks: Readonly<Record<ItemState, string>> = {
  green: '✓ green',
  red: '✗ red',
  open: '○ open',
  signed: '◐ signed',
}
