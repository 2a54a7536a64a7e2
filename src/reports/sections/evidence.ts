import type { Line } from '../../state/event.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Attempt } from '../../state/attempts.ts'
import { facts, row, table, type Section } from '../block.ts'

/** Files below the run's directory, with what they must hash to, and the journal they all stand in. */
export function evidence({ review }: RunState, lines: readonly Line[], attempts: readonly Attempt[]): Section {
  const outputs = attempts.flatMap(({ step, attempt, output }) =>
    output === null ? [] : [row([output.path, `${step}, attempt ${attempt}`, String(output.bytes), output.sha256])],
  )
  const invitation = review === null ? [] : [row([review.file, 'invitation to the post-mortem', '', review.sha256])]
  const last = lines.at(-1)
  return {
    title: 'Evidence',
    blocks: [
      table(['file', 'of', 'bytes', 'sha256'], [...outputs, ...invitation]),
      facts(['Journal', last === undefined ? 'empty' : `journal.jsonl, ${last.seq} lines, chained to ${last.h}`]),
    ],
  }
}
