import type { RunState } from '../run-state.ts'
import { scenarioOf } from './play/due.ts'

/** Clean-ups that a person does, and that nobody has said to have done. */
export function handsOpen(drill: RunState): readonly string[] {
  const done = new Set(drill.drill?.byHand.map(({ text }) => text))
  return (scenarioOf(drill)?.cleanUp ?? []).flatMap(one =>
    one.kind === 'hand' && !done.has(one.text) ? [one.text] : [],
  )
}
