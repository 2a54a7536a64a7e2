import type { ImageNamed } from '../../../state/facts.ts'
import type { Result } from '../../../state/fault.ts'
import { referenceOf, repositoryOf } from '../../../state/image-reference.ts'
import type { Engine } from '../docker/engine.ts'
import { imagesOn, tagOf } from '../docker/images.ts'
import type { SwarmService } from './api.ts'
import type { Place } from './layout.ts'
import { readRecord } from './record.ts'

/** An image as a service's spec names it: `registry:5000/shop/api:1.2.2@sha256:...`. */
export type Known = { readonly release: string; readonly digest: string; readonly reference: string }

/** The digest of its manifest; null: it is known by its name alone, and that may lead anywhere. */
export function digestIn(reference: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? null
}

/** `name:tag`, and what registries know it by. */
export function namedIn(reference: string): ImageNamed {
  const digest = digestIn(reference)
  const name = reference.replace(/@sha256:.*$/, '')
  return { name, digests: digest === null ? [] : [`${repositoryOf(reference)}@${digest}`] }
}

/** Reference -> release: by the ledger, then by its tag. */
export type Names = (reference: string) => string

export async function namesOf(place: Place): Promise<Names> {
  const recorded = await recordedAt(place)
  return namedBy(recorded)
}

function namedBy(recorded: readonly Known[]): Names {
  const byDigest = new Map(recorded.map(({ digest, release }) => [digest, release]))
  return reference => {
    const digest = digestIn(reference)
    const called = tagOf(reference)
    const own = digest !== null && called === 'latest' ? digest.slice('sha256:'.length, 19) : called
    return (digest === null ? undefined : byDigest.get(digest)) ?? own
  }
}

/** As the ledger has this service here. The record's fault is not this look's: other names do. */
async function recordedAt({ engine, environment, name, host }: Place): Promise<readonly Known[]> {
  const record = await readRecord(engine, environment)
  const entries = record.ok ? record.value.ledger.flatMap(({ services }) => services[`${name}@${host}`] ?? []) : []
  return entries.map(({ release, digest, image }) => ({
    release,
    digest,
    reference: referenceOf(image, digest) ?? '',
  }))
}

/** Images that this service ran, or could: of the ledger, of its spec and the one before, and on the manager itself. */
export async function knownAt(place: Place, service: SwarmService): Promise<Result<readonly Known[]>> {
  const [recorded, here] = await Promise.all([recordedAt(place), pulledAt(place.engine)])
  if (!here.ok) return here
  const names = namedBy(recorded)
  const specs = [service.Spec, ...(service.PreviousSpec === undefined ? [] : [service.PreviousSpec])]
  const own = specs.map(({ TaskTemplate }) => TaskTemplate.ContainerSpec.Image)
  const repositories = new Set(own.map(repositoryOf))
  const references = [...own, ...here.value.filter(reference => repositories.has(repositoryOf(reference)))]
  const known = references.flatMap(reference => {
    const digest = digestIn(reference)
    return digest === null ? [] : [{ release: names(reference), digest, reference }]
  })
  const all = [...recorded.filter(({ reference }) => reference !== ''), ...known]
  return { ok: true, value: [...new Map(all.toReversed().map(one => [one.digest, one])).values()].toReversed() }
}

/** What the manager's own Engine has out of registries. */
async function pulledAt(engine: Engine): Promise<Result<readonly string[]>> {
  const images = await imagesOn(engine)
  if (!images.ok) return images
  const references = images.value.flatMap(({ tags, digests }) =>
    digests.map(digest => {
      const [repository = '', hash = ''] = digest.split('@')
      const tag = tags.find(candidate => repositoryOf(candidate) === repository)
      return `${tag ?? repository}@${hash}`
    }),
  )
  return { ok: true, value: references }
}
