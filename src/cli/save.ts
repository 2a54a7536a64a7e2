import type { Fault } from '../state/fault.ts'
import type { LedgerEntry } from '../state/facts.ts'
import { openFleet, type Fleet } from '../targets/services/docker/layout.ts'
import { saveImage } from '../targets/services/docker/save.ts'
import { openSwarms } from '../targets/services/swarm/layout.ts'
import { nodesAmong, saveFromNodes } from '../targets/services/swarm/save.ts'
import { servicesConfig } from '../targets/looks.ts'
import { targetMeans, type Environment } from './environment.ts'
import { talk } from './talk.ts'

type Entries = LedgerEntry['services']

/** Saves the images of what was recorded to the directory of artifacts, each once. Gives the first fault, or null. */
export async function saveImages({ manifest, secrets }: Environment, entry: LedgerEntry): Promise<Fault | null> {
  const { artifacts } = manifest
  if (artifacts === undefined) return nowhere()
  const config = servicesConfig(manifest, targetMeans(secrets))
  const fleet = openFleet(config)
  const swarms = openSwarms(config)
  try {
    const faults = [
      ...(await saveOfHosts(fleet, entry.services, artifacts)),
      ...(await saveOfSwarms(fleet, swarms, entry.services, artifacts)),
    ]
    faults.slice(1).forEach(fault => talk(`astern: ${fault.what}. ${fault.next}`))
    return faults[0] ?? null
  } finally {
    const all = [...Object.values(fleet.engines), ...Object.values(swarms.engines)]
    await Promise.all(all.map(engine => engine.close()))
  }
}

async function saveOfHosts(fleet: Fleet, services: Entries, directory: string): Promise<readonly Fault[]> {
  const saved = new Set<string>()
  const faults: Fault[] = []
  for (const [key, { digest, image }] of Object.entries(services)) {
    const engine = fleet.engines[key.split('@')[1] ?? '']
    if (engine === undefined || saved.has(digest)) continue
    saved.add(digest)
    const file = await saveImage(engine, { digest, name: image?.name ?? null, directory })
    if (file.ok) talk(`astern: ${key}: its image is saved in ${file.value}`)
    else faults.push(file.fault)
  }
  return faults
}

/** Nodes that can be asked are the named managers, and hosts of astern.yaml that are nodes of the same Swarm. */
async function saveOfSwarms(
  fleet: Fleet,
  swarms: ReturnType<typeof openSwarms>,
  services: Entries,
  directory: string,
): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  for (const [swarm, { engine, all }] of Object.entries(swarms.managers)) {
    const own = Object.entries(services).filter(([key]) => key.endsWith(`@${swarm}`))
    const nodes = [...all, ...(own.length === 0 ? [] : await nodesAmong(engine, Object.values(fleet.engines)))]
    const byReference = new Map(own.map(([key, { image }]) => [image?.digests[0] ?? '', { key, image }] as const))
    for (const [reference, { key, image }] of byReference) {
      if (image === undefined || reference === '') continue
      const saved = await saveFromNodes(swarm, nodes, { reference, name: image.name, directory })
      if (!saved.ok) faults.push(saved.fault)
      else
        talk(
          `astern: ${key}: its image is saved in ${saved.value.file}, from ${saved.value.from}. The nodes of a Swarm pull from its registry alone: should that lose it, docker load and docker push bring its content back, under a digest of its own`,
        )
    }
  }
  return faults
}

function nowhere(): Fault {
  return {
    code: 'artifacts.none',
    what: 'There is no place to save images to',
    means: 'The release is recorded; its images were not saved.',
    next: 'Name a directory in astern.yaml, as artifacts: DIR, and record again with --save.',
  }
}
