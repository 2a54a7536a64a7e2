import { openingOf } from '../../client/open-runs.ts'

/** The run is a drill itself, and no rollback. */
export async function isDrillItself(directory: string): Promise<boolean> {
  return (await openingOf(directory))?.event.purpose.kind === 'drill'
}
