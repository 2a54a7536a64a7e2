import type { Fault } from '../state/fault.ts'
import type { LedgerEntry } from '../state/facts.ts'
import { openFleet } from '../targets/services/docker/layout.ts'
import { saveImage } from '../targets/services/docker/save.ts'
import { servicesConfig } from '../targets/looks.ts'
import { targetMeans, type Environment } from './environment.ts'
import { talk } from './talk.ts'

/** Saves the images of what was recorded to the directory of artifacts, each once. Gives the first fault, or null. */
export async function saveImages({ manifest, secrets }: Environment, entry: LedgerEntry): Promise<Fault | null> {
  const { artifacts } = manifest
  if (artifacts === undefined) return nowhere()
  const fleet = openFleet(servicesConfig(manifest, targetMeans(secrets)))
  const saved = new Set<string>()
  let fault: Fault | null = null
  for (const [key, { digest, image }] of Object.entries(entry.services)) {
    const engine = fleet.engines[key.split('@')[1] ?? '']
    if (engine === undefined || saved.has(digest)) continue
    saved.add(digest)
    const file = await saveImage(engine, { digest, name: image?.name ?? null, directory: artifacts })
    if (file.ok) talk(`astern: ${key}: its image is saved in ${file.value}`)
    else fault ??= file.fault
  }
  await Promise.all(Object.values(fleet.engines).map(engine => engine.close()))
  return fault
}

function nowhere(): Fault {
  return {
    code: 'artifacts.none',
    what: 'There is no place to save images to',
    means: 'The release is recorded; its images were not saved.',
    next: 'Name a directory in astern.yaml, as artifacts: DIR, and record again with --save.',
  }
}
