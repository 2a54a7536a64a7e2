import type { DrillEnd } from '../play/event.ts'
import type { Again } from './again.ts'
import type { Answer, HintScore } from './asked.ts'
import type { Checked } from './checked.ts'
import type { DecisionScore } from './decision.ts'
import type { Injected } from './injected.ts'
import type { Measure } from './measures.ts'
import type { RecordScore } from './record.ts'
import type { Turn } from './turns.ts'

/** What a drill is judged by. */
export type Judged = {
  readonly run: string
  readonly scenario: string
  readonly title: string
  readonly environment: string
  readonly began: string | null
  /** Null: it goes on, or it has closed without one. */
  readonly ended: { readonly why: DrillEnd; readonly words: string; readonly by: string; readonly at: string } | null
  readonly tookMs: number | null
  readonly players: readonly string[]
  /** What everything is measured from. Null: nothing was injected. */
  readonly first: { readonly at: string; readonly what: string } | null
  readonly measures: readonly Measure[]
  readonly decision: DecisionScore
  readonly turns: readonly Turn[]
  readonly hints: readonly HintScore[]
  readonly answers: readonly Answer[]
  readonly injected: readonly Injected[]
  readonly checked: readonly Checked[]
  readonly records: readonly RecordScore[]
  readonly again: readonly Again[]
  /** Played in it, and not here to be looked at. */
  readonly unread: readonly string[]
}
