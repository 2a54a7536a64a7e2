import type { RunHeader } from '../run-state.ts'
import { isDrill } from './is-drill.ts'

/** Before whatever is told of a drill. */
export function drillPrefix(run: Parameters<typeof isDrill>[0]): string {
  return isDrill(run) ? '[DRILL] ' : ''
}

/** A message that a person has edited is still one of a drill. */
export function marked(run: RunHeader | null, subject: string): string {
  const prefix = drillPrefix(run)
  return subject.startsWith(prefix) ? subject : `${prefix}${subject}`
}
