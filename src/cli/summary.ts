import { join } from 'node:path'
import { checklistLines, phaseLines } from '../reports/summary.ts'
import { isUnanswered } from '../state/learning/standing.ts'
import { leftLines } from '../state/left-behind.ts'
import type { RunState } from '../state/run-state.ts'
import { versionsLine, versionsOf } from '../state/versions.ts'
import type { Flags } from './flags.ts'
import { answer } from './talk.ts'

/** What nobody has answered yet. */
export function learntLines(run: RunState): readonly string[] {
  const open = (run.learnt?.proposals ?? []).filter(one => isUnanswered(run, one)).length
  return open === 0 ? [] : [`${open} proposed for astern.yaml: astern learn ${run.run?.id ?? ''}`]
}

/** The end of a run without a screen: each phase, the eight points, versions that are mixed, who is locked out, where the record lies. */
export function summarise(run: RunState, flags: Flags, directory: string): void {
  if (flags.json === true || run.closed === null) return
  if (run.closed.outcome !== 'refused') {
    answer(['', ...phaseLines(run), '', ...checklistLines(run)].join('\n'))
    if (run.report !== null) answer(`\nreport  ${join(directory, run.report.file)}`)
  }
  const versions = versionsOf(run)
  if (versions?.mixed === true) answer(`\nversions are ${versionsLine(versions)}`)
  for (const line of leftLines(run)) answer(`\n${line}`)
  for (const line of learntLines(run)) answer(`\n${line}`)
  answer(`\n${run.closed.outcome}: ${run.closed.why}`)
}
