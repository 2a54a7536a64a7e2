import type { Line } from '../../state/event.ts'
import { timeOfDay } from '../../state/times.ts'
import { row, table, type Section } from '../block.ts'
import { timelineOf } from '../timeline-of.ts'

export function timelineSection(lines: readonly Line[]): Section {
  const rows = timelineOf(lines).map(({ at, who, phase, text, tone }) =>
    row([`${at.slice(0, 10)} ${timeOfDay(at)}`, who, phase === null ? '' : String(phase), text], tone),
  )
  return { title: 'Timeline (UTC)', blocks: [table(['at', 'who', 'phase', 'what'], rows)] }
}
