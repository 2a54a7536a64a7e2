import type { Facts, FetchFrom, InstanceKey, ReleaseFound } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { step, type Change } from './steps.ts'

/** A slow line and a large image take their time, and meanwhile everything still runs. */
const deadlineMs = 30 * 60_000

/** On one host: a pull holds a connection to its Engine as long as it lasts. */
const atOnce = 3

/**
 * Before anything stops, every image is there: what its host lacks is fetched, and what it has is looked at once more,
 * since a prune may come between plan and stop. Once per host and image, however many services run it.
 */
export function pullSteps(facts: Facts, manifest: Manifest, changes: readonly Change[]): readonly Step[] {
  const onDocker = changes.filter(({ host }) => manifest.hosts[host]?.kind === 'docker')
  const first = new Map<string, Change>()
  for (const change of onDocker) {
    const image = `${change.host} ${change.digest}`
    first.set(image, first.get(image) ?? change)
  }
  const fetching = new Map<string, string[]>()
  return [...first.values()].map(change => {
    const { key, service, host, release, digest, image } = change
    const found = foundFor(facts, key, release, digest)
    const isHere = found?.digest === digest && found.fetch === undefined
    const name = image?.name ?? null
    const from = found?.fetch ?? knownFrom(change)
    const command = { kind: 'service.pull', service, host, release, digest, from, name } as const
    const leaves = `the image of ${service} ${release} is on ${host}`
    if (isHere)
      return step(`${key}.pull`, 3, command, [], { title: `look that ${leaves}`, leaves, deadlineMs, estimateMs: 50 })
    const others = fetching.get(host) ?? []
    const before = others.at(-atOnce)
    fetching.set(host, [...others, `${key}.pull`])
    return step(`${key}.pull`, 3, command, before === undefined ? [] : [before], {
      leaves,
      deadlineMs,
      estimateMs: 20_000,
    })
  })
}

/** Its registry as it was recorded, and not asked: for what is gone by then, or what no ledger has. */
function knownFrom({ image }: Change): FetchFrom | null {
  const reference = image?.digests[0]
  return reference === undefined ? null : { kind: 'registry', reference }
}

/** What was seen of a release: the very one that was recorded, before another that is called the same. */
export function foundFor(facts: Facts, key: InstanceKey, release: string, digest: string): ReleaseFound | undefined {
  const called = facts.services[key]?.releases.filter(found => found.release === release) ?? []
  return called.find(found => found.digest === digest) ?? called[0]
}

/** Releases that are to run again, are not on their Docker host, and that nothing else was found to have, or was ever known to. */
export function lostImages(facts: Facts, changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ key, host, release, digest, image }) => {
    const found = foundFor(facts, key, release, digest)
    if (found?.digest === digest) return found.complete ? [] : [`${key}: ${found.why ?? `${release} is not complete`}`]
    return image === undefined || image.digests.length > 0
      ? []
      : [
          `${key}: the image of ${release} (${digest.slice(0, 19)}) is not on ${host} any more, and no registry is known to have it`,
        ]
  })
}
