import type { RunHeader } from '../run-state.ts'
import { isDrill } from './is-drill.ts'

/** The runs of drills, and of what is played in them, and the files that they write, begin with this. */
export const drillIds = 'DRILL-'

/** Before whatever is told of a drill. */
export function drillPrefix(run: Parameters<typeof isDrill>[0]): string {
  return isDrill(run) ? '[DRILL] ' : ''
}

/** A message that a person has edited is still one of a drill. */
export function marked(run: RunHeader | null, subject: string): string {
  const prefix = drillPrefix(run)
  return subject.startsWith(prefix) ? subject : `${prefix}${subject}`
}
