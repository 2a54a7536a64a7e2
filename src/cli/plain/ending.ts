import { join } from 'node:path'
import { phaseSums, type PhaseSum } from '../../reports/summary.ts'
import { leftLines } from '../../state/left-behind.ts'
import type { RunState } from '../../state/run-state.ts'
import { spanText } from '../../state/times.ts'
import { versionsLine, versionsOf } from '../../state/versions.ts'
import { learntLines } from '../summary.ts'
import { checklistTold } from './gates/follow-up.ts'
import { section, told, type Told } from './told.ts'

/** What a closed run came to, and what is left to do. */
export function endTold(run: RunState, directory: string): readonly Told[] {
  if (run.closed === null) return []
  const versions = versionsOf(run)
  const left = [
    ...(versions?.mixed === true ? [`versions are ${versionsLine(versions)}`] : []),
    ...leftLines(run),
    ...learntLines(run),
  ]
  return [
    ...(run.closed.outcome === 'refused'
      ? []
      : [...section('Phases', phaseSums(run).map(phaseText)), ...checklistTold(run)]),
    ...section('Left to do', left),
    told.head(`Run ${run.run?.id ?? ''} is closed: ${run.closed.outcome}, ${run.closed.why}`),
    ...(run.report === null ? [] : [told.line(`report: ${join(directory, run.report.file)}`)]),
  ]
}

function phaseText({ number, name, status, tookMs, cameTo }: PhaseSum): string {
  const took = tookMs === null ? '' : `, took ${spanText(tookMs)}`
  return `${number} ${name}: ${status}${took}${cameTo === '' ? '' : `; ${cameTo}`}`
}
