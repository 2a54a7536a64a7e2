import type { Choice, Severity } from '../../event.ts'
import { isTry } from '../../command.ts'
import { planSteps } from '../../steps.ts'
import { scenarioOf } from '../play/due.ts'
import type { Journaled } from './journaled.ts'

export type Made = {
  readonly run: string
  readonly choice: Choice
  readonly severity: Severity
  readonly by: string
  readonly at: string
}

/** What was decided, beside what the scenario has. The last one stood. */
export type DecisionScore = {
  readonly expected: Choice
  readonly made: readonly Made[]
  /** Null: nothing was decided. */
  readonly asExpected: boolean | null
  /** Steps that changed something, where the answer was another than to roll back. */
  readonly changedInstead: readonly string[]
}

export function decisionOf(drill: Journaled, played: readonly Journaled[]): DecisionScore {
  const expected = scenarioOf(drill.state)?.expected.decision ?? 'roll back'
  const made = rollbacks(played).flatMap(({ state: { run, decision } }): readonly Made[] => {
    if (run === null || decision === null) return []
    const { choice, severity, by, at } = decision
    return [{ run: run.id, choice, severity, by, at }]
  })
  const last = made.at(-1)
  return {
    expected,
    made,
    asExpected: last === undefined ? null : last.choice === expected,
    changedInstead: expected === 'roll back' ? [] : rollbacks(played).flatMap(changesOf),
  }
}

/** The run whose decision stood. */
export function decisive(played: readonly Journaled[]): Journaled | undefined {
  return rollbacks(played).findLast(({ state }) => state.decision !== null)
}

/** An undo decides nothing: it takes back what was. */
export function rollbacks(played: readonly Journaled[]): readonly Journaled[] {
  return played.filter(({ state }) => state.run?.purpose.kind === 'rollback')
}

/** Steps of its plan that changed something, or may have; what was so already is none. */
export function changesOf({ state }: Journaled): readonly string[] {
  return planSteps(state)
    .filter(({ command }) => !isTry(command))
    .flatMap(({ id, title }) => (changing.has(state.steps[id]?.status ?? 'waiting') ? [title] : []))
}

const changing: ReadonlySet<string> = new Set(['ok', 'running', 'unknown', 'failed'])
