import type { ConsoleState } from '../../../state/store.ts'
import type { Question } from '../question.ts'
import type { Told } from '../told.ts'
import type { Asked, Conversation } from './conversation.ts'

const further: Question = {
  kind: 'choice',
  asks: 'More',
  choices: [
    { word: 'more', means: 'the next piece' },
    { word: 'all', means: 'the rest at once' },
    { word: 'enough', means: 'no more of it' },
  ],
  otherwise: 'more',
  listed: false,
}

/** A long text in pieces that fit the terminal. `answer`: to its end, or as far as it was wanted. */
export async function readOut(
  { tell, ask }: Pick<Conversation, 'tell' | 'ask'>,
  pieces: readonly (readonly Told[])[],
  isOpen: (state: ConsoleState) => boolean,
): Promise<Asked> {
  const parts = pieces.filter(piece => piece.length > 0)
  let all = false
  for (const [index, piece] of parts.entries()) {
    tell(piece)
    if (all || index === parts.length - 1) continue
    const asked = await ask(further, isOpen)
    if (asked.kind !== 'answer') return asked
    if (asked.value === 'enough') return asked
    all = asked.value === 'all'
  }
  return { kind: 'answer', value: 'all' }
}

/** No piece longer than that; a heading stays with what is under it. */
export function cut(
  pieces: readonly (readonly Told[])[],
  rows: number,
  height: (one: Told) => number,
): readonly (readonly Told[])[] {
  const parts: Told[][] = []
  for (const piece of pieces) {
    let [part, used] = [[] as Told[], 0]
    for (const [index, one] of piece.entries()) {
      const next = piece[index + 1]
      const needs = height(one) + (one.kind === 'head' && next !== undefined ? height(next) : 0)
      if (used > 0 && used + needs > rows) {
        parts.push(part)
        ;[part, used] = [[], 0]
      }
      part.push(one)
      used += height(one)
    }
    if (part.length > 0) parts.push(part)
  }
  return parts
}
