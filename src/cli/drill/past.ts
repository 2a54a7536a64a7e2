import { firstLine } from '../../client/first-line.ts'
import { asternHome, findRuns } from '../../client/home.ts'
import { referencesIn } from '../../runners/secrets.ts'
import type { PastProduction } from '../../state/drill/facts.ts'

/** Runs of production environments in this home, oldest first, each by the first line of its journal; the list of production is what counts. */
export async function pastProduction(): Promise<readonly PastProduction[]> {
  const runs = await findRuns(asternHome(process.env))
  const found: PastProduction[] = []
  for (const { run, directory } of runs.toReversed()) {
    const line = await firstLine(directory)
    if (line?.event.kind !== 'run.opened' || line.event.class !== 'production') continue
    const { manifest, environment } = line.event
    const channels = Object.values(manifest.notify)
    found.push({ run, at: line.ts, environment, references: referencesIn(manifest), channels })
  }
  return found
}
