import { detectionOf, type Detection } from '../state/detection.ts'
import type { Asks } from './learn/ask-proposal.ts'

/** When the trouble was noticed, and by what; null: nobody says. */
export async function askDetection({ asked, talk }: Asks, now: string): Promise<Detection | null> {
  for (;;) {
    const detected = detectionOf(await asked('Noticed, hh:mm UTC and by what (empty: not said)', ''), now)
    if (detected !== undefined) return detected
    talk('That is read as: 02:58 the pager. Either may be left out.')
  }
}
