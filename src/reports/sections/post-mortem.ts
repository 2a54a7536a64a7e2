import type { Line } from '../../state/event.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Attempt } from '../../state/attempts.ts'
import { asked, facts, list, row, table, type Section } from '../block.ts'
import { taught } from '../taught.ts'

/** A draft: what the console saw is filled in, what only people know is asked for. */
export function postMortem(state: RunState, lines: readonly Line[], attempts: readonly Attempt[]): Section {
  const { lessons, notes } = state
  return {
    title: 'Post-mortem (draft)',
    blocks: [
      facts(
        ['Booked', booked(state)],
        ['Lessons so far', lessons === null || lessons.lessons === '' ? 'none written' : lessons.lessons],
      ),
      ...(notes.length === 0
        ? []
        : [
            table(
              ['at', 'who', 'note'],
              notes.map(({ at, by, text }) => row([at, by, text])),
            ),
          ]),
      { kind: 'text', text: 'What the console saw go otherwise than planned:' },
      list(taught(state, lines, attempts), 'Nothing.'),
      asked(
        'Contributing factors, ours included',
        'What went well',
        'What went wrong',
        'Where we were lucky',
        'What surprised you',
        'Actions: mitigate, prevent or process; each with owner, due date and ticket',
        'What to change in the procedure and in astern.yaml',
      ),
    ],
  }
}

function booked({ review, calledOff }: RunState): string {
  if (calledOff !== null) return `called off by ${calledOff.by}: ${calledOff.reason}`
  return review === null ? 'not yet' : `${review.at}, owner ${review.owner}`
}
