import type { ConsoleState } from '../../state/store.ts'
import type { View } from './view.ts'

/** The output file of the step that is inspected, where it is not in the store yet. */
export function wantedOutput({ over }: View, { run, outputs }: ConsoleState): string | null {
  const top = over.at(-1)
  if (top?.kind !== 'step') return null
  const path = run.steps[top.id]?.output?.path ?? null
  return path === null || path in outputs ? null : path
}
