import type { Step } from '../../state/plan.ts'
import { spanText } from '../../state/times.ts'
import { row, span, type Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'

/** Shorter work is over before its bar is read. */
const worthMs = 2000
const barCells = 20

/** How far a step is by its estimate: a bar and the time to go; past it, how far beyond, and when it will be looked at. */
export function progressRows({ estimateMs, deadlineMs }: Step, tookMs: number, { glyphs }: Theme): readonly Row[] {
  if (estimateMs < worthMs && tookMs < worthMs) return []
  const late = tookMs > estimateMs
  const filled = Math.min(barCells, Math.round((tookMs / Math.max(1, estimateMs)) * barCells))
  const says = late
    ? `${spanText(tookMs - estimateMs)} longer than estimated; looked at in ${spanText(Math.max(0, deadlineMs - tookMs))}`
    : `about ${spanText(estimateMs - tookMs)} to go`
  return [
    row(
      '    ',
      span(glyphs.bar.repeat(filled), late ? 'warn' : 'accent'),
      span(glyphs.plan.repeat(barCells - filled), 'quiet'),
      span(` ${says}`, late ? 'warn' : 'plain'),
    ),
  ]
}
