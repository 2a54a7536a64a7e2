import type { Measure } from '../../state/drill/score/measures.ts'
import type { Score } from '../../state/drill/score/score.ts'
import { spanText, timeOfDay } from '../../state/times.ts'
import type { Tone } from '../../state/lines.ts'
import { row, table, type Section } from '../block.ts'

export function targetsSection({ measures }: Score): Section {
  const rows = measures.map(one => {
    const { id, says, from, to, targetMs, standing } = one
    const when = from === null || to === null ? '' : `${timeOfDay(from)} to ${timeOfDay(to)}`
    const target = targetMs === null ? '-' : spanText(targetMs)
    return row([id, tookText(one), target, standings[standing], when, says], tones[standing])
  })
  return {
    title: 'Against the targets',
    blocks: [table(['measure', 'took', 'target', 'standing', 'when (UTC)', 'what it is'], rows)],
  }
}

/** As it was; of what never came, how long it was waited for. */
export function tookText({ id, tookMs, waitedMs }: Measure): string {
  // People say the hour and the minute they noticed it: within that of the fault, nobody knows how far.
  if (id === 'detect' && tookMs === 0) return 'within the minute'
  if (tookMs !== null) return spanText(tookMs)
  return waitedMs === null ? 'not measured' : `not within ${spanText(waitedMs)}`
}

/** Glyph and word, never colour alone. */
const standings: Readonly<Record<Measure['standing'], string>> = {
  kept: '✓ kept',
  missed: '✗ missed',
  'no target': '· no target',
  'not measured': '○ not measured',
}

const tones: Readonly<Record<Measure['standing'], Tone>> = {
  kept: 'good',
  missed: 'bad',
  'no target': 'plain',
  'not measured': 'warn',
}
