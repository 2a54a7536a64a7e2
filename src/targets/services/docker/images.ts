import type { ReleaseFound } from '../../../state/facts.ts'
import type { Result } from '../../../state/fault.ts'
import { repositoryOf } from '../../../state/image-reference.ts'
import type { Engine } from './engine.ts'
import type { Place } from './layout.ts'
import { readRecord } from './record.ts'

export type Image = {
  readonly id: string
  readonly tags: readonly string[]
  readonly digests: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** Digest -> the release an image is, by the ledger first, then by its own label, then by its tag. */
export type Names = (image: Image) => string

export const versionLabel = 'org.opencontainers.image.version'

export async function imagesOn(engine: Engine): Promise<Result<readonly Image[]>> {
  const listed = await engine.call('list its images', (docker, abortSignal) => docker.listImages({ abortSignal }))
  if (!listed.ok) return listed
  const images = listed.value.map(({ Id, RepoTags, RepoDigests, Labels }) => ({
    id: Id,
    tags: (RepoTags ?? []).filter(tag => tag !== '<none>:<none>'),
    digests: (RepoDigests ?? []).filter(digest => !digest.startsWith('<none>')),
    labels: Labels ?? {},
  }))
  return { ok: true, value: images }
}

/** How images are called here. */
export async function namesOf(place: Place): Promise<Names> {
  return namedBy(await recordedAt(place))
}

/** Digest -> release, as the ledger has this service here. The record's fault is not this look's: other names do. */
async function recordedAt({ engine, environment, name, host }: Place): Promise<ReadonlyMap<string, string>> {
  const record = await readRecord(engine, environment)
  const entries = record.ok ? record.value.ledger.flatMap(({ services }) => services[`${name}@${host}`] ?? []) : []
  return new Map(entries.map(({ digest, release }) => [digest, release]))
}

function namedBy(recorded: ReadonlyMap<string, string>): Names {
  return image => recorded.get(image.id) ?? nameOf(image)
}

function nameOf({ id, tags, labels }: Image): string {
  const version = labels[versionLabel]
  if (version !== undefined && version !== '') return version
  const tag = tags.map(tagOf).find(candidate => candidate !== 'latest')
  return tag ?? id.replace(/^sha256:/, '').slice(0, 12)
}

/** Every image of the service's repository on this host, and those the ledger names whatever they are called now. */
export async function releasesAt(place: Place, running: readonly string[]): Promise<Result<readonly ReleaseFound[]>> {
  const [images, recorded] = await Promise.all([imagesOn(place.engine), recordedAt(place)])
  if (!images.ok) return images
  const isKnown = (id: string): boolean => running.includes(id) || recorded.has(id)
  const repositories = new Set(
    images.value
      .filter(({ id }) => isKnown(id))
      .flatMap(({ tags, digests }) => [...tags.map(repositoryOf), ...digests.map(repositoryOf)]),
  )
  const own = images.value.filter(
    ({ id, tags, digests }) => isKnown(id) || [...tags, ...digests].some(tag => repositories.has(repositoryOf(tag))),
  )
  const names = namedBy(recorded)
  const found = own.map(image => ({
    release: names(image),
    digest: image.id,
    complete: true,
    why: null,
    tags: image.tags,
  }))
  return { ok: true, value: found.sort((a, b) => (a.release < b.release ? -1 : 1)) }
}

export function tagOf(reference: string): string {
  return /:([^:/]+)$/.exec(reference.replace(/@sha256:.*$/, ''))?.[1] ?? 'latest'
}
