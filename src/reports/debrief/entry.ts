import type { Tone } from '../../state/lines.ts'

/** One row of the timeline, on the one side or the other. Of one `group` several in a row become one. */
export type Beside = {
  readonly at: string
  readonly side: 'injected' | 'seen'
  readonly text: string
  readonly tone: Tone
  readonly group: string | null
  /** In a few words, where it stands among others of its group. */
  readonly short: string
}
