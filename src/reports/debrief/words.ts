import type { Moment } from '../../state/drill/scenario.ts'
import { phaseName } from '../../state/phases.ts'
import { betweenMs, clockText } from '../../state/times.ts'

/** `ana, bo and cleo` */
export function joined(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** Since the first fault: `+1:30`, `-0:30`. */
export function sinceText(first: string | null, at: string): string {
  if (first === null) return ''
  const [before, after] = [betweenMs(at, first), betweenMs(first, at)]
  return before >= 1000 ? `-${clockText(before)}` : `+${clockText(after)}`
}

/** `4:00 in`, `in Services, at api.start@web-1` */
export function momentText(moment: Moment): string {
  if (moment.kind === 'time') return `${clockText(moment.afterMs)} in`
  return `in ${phaseName(moment.phase)}${moment.step === null ? '' : `, at ${moment.step}`}`
}
