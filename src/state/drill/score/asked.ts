import type { RunState } from '../../run-state.ts'
import { betweenMs } from '../../times.ts'
import { scenarioOf } from '../play/due.ts'
import type { Hint } from '../scenario.ts'

/** Something that was said in the drill, and the answer where it wanted one. `tookMs` null: none was given. */
export type Answer = {
  readonly id: string
  readonly text: string
  readonly at: string
  readonly wantsAnswer: boolean
  readonly answer: string | null
  readonly by: string | null
  readonly tookMs: number | null
}

export function answersIn({ drill }: RunState): readonly Answer[] {
  return Object.entries(drill?.said ?? {}).map(([id, { text, at, wantsAnswer, answered }]) => ({
    id,
    text,
    at,
    wantsAnswer,
    answer: answered?.text ?? null,
    by: answered?.by ?? null,
    tookMs: answered === null ? null : betweenMs(at, answered.at),
  }))
}

/** `taken` null: it was there, and nobody asked for it. */
export type HintScore = Hint & { readonly taken: { readonly by: string; readonly at: string } | null }

/** What it cost stands in the journal: a hint costs what it was said to when it was taken. */
export function hintsIn(state: RunState): readonly HintScore[] {
  const taken = state.drill?.hints ?? []
  return (scenarioOf(state)?.hints ?? []).map((hint, index) => {
    const one = taken.find(({ hint: number }) => number === index)
    return one === undefined
      ? { ...hint, taken: null }
      : { ...hint, text: one.text, cost: one.cost, taken: { by: one.by, at: one.at } }
  })
}
