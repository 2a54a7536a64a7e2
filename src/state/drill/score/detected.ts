import { plusMs } from '../../times.ts'
import { byPerson, byTime, type Journaled } from './journaled.ts'

/** People write the hour and the minute. */
const written = 60_000

/**
 * When the first fault was noticed: as people said when they decided; where they did not say, or said a time before there was
 * anything to notice, the first thing that anybody did in what was played.
 */
export function detectedAt(played: readonly Journaled[], from: string): string | null {
  const acts = byTime(played).filter(line => line.ts >= from && byPerson(line))
  for (const { event } of acts) {
    const said = event.kind === 'decision.made' ? event.decision.detected?.at : null
    if (said != null && plusMs(said, written) > from) return said > from ? said : from
  }
  return acts[0]?.ts ?? null
}
