import type { Facts, KeptImage, InstanceKey, LedgerEntry } from '../facts.ts'
import { few } from './few.ts'
import { foundFor } from './pulls.ts'

/** For every image of the target and of today: whether it is there, and what would be left of it after a prune. */
export function artifactLines(facts: Facts, target: LedgerEntry): readonly string[] {
  return keptImages(facts).map(([key, kept]) => {
    const { release, of } = kept
    const recorded = target.services[key]
    const found = of === 'target' && recorded ? foundFor(facts, key, recorded.release, recorded.digest) : undefined
    const there = facts.services[key]?.releases.some(({ digest, pulledBy }) => digest === kept.digest && pulledBy)
      ? 'pulled by each node that is to run it'
      : found?.fetch === undefined
        ? 'on the host'
        : found.fetch.kind === 'registry'
          ? `not on the host, pulled first as ${found.fetch.reference}`
          : `not on the host, loaded first from ${found.fetch.file}`
    return `${key} ${release} (${of === 'target' ? 'target' : 'runs now'}): ${there}; ${holderOf(kept) ?? lackOf(kept)}`
  })
}

/**
 * Images that only their hosts have, one line a reason: what the operator has to read at three in the morning stands
 * below it. Each of them is in the plan's artifacts. A stopped container does not protect its image.
 */
export function unprotected(facts: Facts): readonly string[] {
  const bare = keptImages(facts).filter(([, kept]) => holderOf(kept) === null)
  const reasons = [...new Set(bare.map(([, kept]) => lackOf(kept)))]
  return reasons.map(reason => {
    const same = bare.filter(([, kept]) => lackOf(kept) === reason).map(([key, { release }]) => `${key} ${release}`)
    return `${few(same)}: ${reason}`
  })
}

export function holderOf({ registry, archive, why }: KeptImage): string | null {
  const holders = [
    ...(registry === 'holds it' ? [`its registry holds it (${why})`] : []),
    ...(archive === null ? [] : [`archive ${archive} holds it`]),
  ]
  return holders.length === 0 ? null : holders.join(', and ')
}

/** That a registry could not be asked is not that it holds nothing; nor is it protection. */
export function lackOf({ registry, why }: KeptImage): string {
  return registry === 'unknown'
    ? `whether anything but its host holds it is not known (${why}; no archive has it)`
    : `nothing but its host holds it, and docker system prune -af would take it for good (${why}; no archive has it)`
}

export function keptImages(facts: Facts): readonly (readonly [InstanceKey, KeptImage])[] {
  return Object.entries(facts.kept ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, images]) => images.map(image => [key as InstanceKey, image] as const))
}

/** A name that led to the recorded image, and leads to another now. */
export function movedNames(facts: Facts, target: LedgerEntry): readonly string[] {
  return Object.entries(target.services)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, { digest, image }]) => {
      const now = facts.services[key as InstanceKey]?.releases.find(
        found => image !== undefined && (found.tags ?? []).includes(image.name),
      )
      if (image === undefined || now === undefined || now.digest === digest) return []
      return [
        `${key}: ${image.name} was ${short(digest)} when ${target.version} was recorded, and names ${short(now.digest)} on the host now; the recorded image is taken, not the name`,
      ]
    })
}

function short(digest: string | null): string {
  return digest?.slice(0, 19) ?? 'no digest'
}
