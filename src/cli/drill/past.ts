import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { asternHome, findRuns } from '../../client/home.ts'
import { referencesIn } from '../../runners/secrets.ts'
import type { PastProduction } from '../../state/drill/facts.ts'
import type { Line } from '../../state/event.ts'

/** Runs of production environments in this home, oldest first, each by the first line of its journal. */
export async function pastProduction(): Promise<readonly PastProduction[]> {
  const runs = await findRuns(asternHome(process.env))
  const found: PastProduction[] = []
  for (const { run, directory } of runs.toReversed()) {
    const line = await firstLine(join(directory, 'journal.jsonl'))
    if (line?.event.kind !== 'run.opened' || line.event.class !== 'production') continue
    const { manifest, environment } = line.event
    const channels = Object.values(manifest.notify)
    found.push({ run, at: line.ts, environment, references: referencesIn(manifest), channels })
  }
  return found
}

async function firstLine(file: string): Promise<Line | null> {
  const lines = createInterface({ input: createReadStream(file) })
  try {
    for await (const line of lines) return JSON.parse(line) as Line
    return null
  } catch {
    // A run that never began, or is somebody else's: the list of production is what counts.
    return null
  } finally {
    lines.close()
  }
}
