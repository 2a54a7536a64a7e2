import type { Recorded, ReleaseFound } from '../../../state/facts.ts'
import { askRegistries } from '../docker/registry/ask.ts'
import { serviceOf } from './find.ts'
import { knownAt, type Known } from './images.ts'
import type { Place } from './layout.ts'
import { goneFrom } from './references.ts'

const pulledBy = 'nodes' as const

/** What the service could be given. Nodes pull for themselves, so that an image counts where a registry has it. */
export async function releasesAt(place: Place, wanted: readonly Recorded[]): Promise<readonly ReleaseFound[]> {
  const service = await serviceOf(place)
  if (!service.ok || service.value === null) return []
  const known = await knownAt(place, service.value)
  if (!known.ok) return []
  const recorded = await Promise.all(wanted.map(one => wantedAt(place, one, known.value)))
  const others = known.value.filter(({ digest }) => wanted.every(one => one.digest !== digest))
  return [
    ...others.map(({ release, digest }) => ({ release, digest, complete: true, why: null, pulledBy })),
    ...recorded,
  ].sort((a, b) => (a.release < b.release ? -1 : 1))
}

async function wantedAt(
  { engine, host }: Place,
  { release, digest, image, references }: Recorded,
  known: readonly Known[],
): Promise<ReleaseFound> {
  const [gone, asked] = await Promise.all([
    references === undefined ? [] : goneFrom(engine, references),
    askRegistries(engine, image),
  ])
  const lost = (why: string): ReleaseFound => ({ release, digest, complete: false, why })
  if (gone.length > 0)
    return lost(`${gone.join(' and ')}, which it needs, ${gone.length === 1 ? 'is' : 'are'} gone from ${host}`)
  if (asked.registry === 'does not' && known.every(one => one.digest !== digest || one.reference === ''))
    return lost(`its image ${digest.slice(0, 19)} can be pulled from nowhere: ${asked.why}`)
  return { release, digest, complete: true, why: null, pulledBy }
}
