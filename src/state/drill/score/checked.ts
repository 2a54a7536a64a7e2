import { isBad } from '../../check-change.ts'
import type { Journaled } from './journaled.ts'

/** The checks after what was played; a run that never came so far has none. */
export type Checked = {
  readonly run: string
  readonly passed: number
  readonly of: number
  readonly failed: readonly string[]
  readonly inconclusive: readonly string[]
  /** Declared, and never asked. */
  readonly notRun: readonly string[]
  readonly accepted: boolean
  readonly overridden: boolean
}

export function checkedIn(played: readonly Journaled[]): readonly Checked[] {
  return played.flatMap(({ state: { run, suites, accepted } }): readonly Checked[] => {
    if (run === null || suites.after === null || suites.after.running) return []
    const { results } = suites.after
    const all = Object.values(results)
    const named = (verdict: string): readonly string[] =>
      all.filter(one => one.verdict === verdict).map(({ name }) => name)
    const declared = run.manifest.checks.map(({ name }) => name)
    return [
      {
        run: run.id,
        passed: all.filter(one => !isBad(one)).length,
        of: new Set([...declared, ...Object.keys(results)]).size,
        failed: named('fail'),
        inconclusive: named('inconclusive'),
        notRun: declared.filter(name => results[name] === undefined),
        accepted: accepted !== null,
        overridden: accepted !== null && accepted.reason !== null,
      },
    ]
  })
}
