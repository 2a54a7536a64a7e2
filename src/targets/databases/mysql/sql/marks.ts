import type { Token } from './tokens.ts'

/** A token, and what the grammar is shown in its place. */
export type Mark = Token & {
  /** What stands for it: as long as its text. */
  shadow: string
  /** In capitals; empty where it is no word. */
  readonly word: string
  /** How many parentheses are open around it. */
  depth: number
}

export function blank(...marks: readonly (Mark | undefined)[]): void {
  for (const mark of marks) if (mark !== undefined) mark.shadow = ' '.repeat(mark.text.length)
}

export function replace(mark: Mark | undefined, shadow: string): void {
  if (mark !== undefined) mark.shadow = shadow.padEnd(mark.text.length)
}
