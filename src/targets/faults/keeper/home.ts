import { join } from 'node:path'
import type { FaultMeans } from '../means.ts'

/** Files of faults that have no target of their own to lie at. */
export function placeAtHome({ home }: Pick<FaultMeans, 'home'>): string {
  return join(home, 'keepers')
}
