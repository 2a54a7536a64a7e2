import { stat } from 'node:fs/promises'
import type { FetchFrom, ImageNamed, Kept, Recorded, ReleaseFound } from '../../../state/facts.ts'
import type { RoomNeeded } from '../../../state/space.ts'
import { savedIn, type Saved } from './archives/archives.ts'
import type { Engine } from './engine.ts'
import type { Place } from './layout.ts'
import { askRegistries } from './registry/ask.ts'

/** Releases that were recorded and are not on the host: where each can be fetched from, or why it cannot. */
export async function releasesElsewhere(
  { engine }: Place,
  artifacts: string | undefined,
  missing: readonly Recorded[],
): Promise<readonly ReleaseFound[]> {
  if (missing.length === 0) return []
  const saved = await savedIn(artifacts)
  return Promise.all(
    missing.map(async recorded => {
      const found = await elsewhere(engine, artifacts, saved, recorded)
      if (found.fetch === undefined) return found
      return { ...found, room: await neededFor(found.fetch, recorded) }
    }),
  )
}

/**
 * An Engine unpacks an archive beside its images first, and a layer of a registry's before it takes it up: so that each takes
 * up to twice its size, and less where its host has some of its layers. A registry does not tell how large an image is once unpacked.
 */
async function neededFor(fetch: FetchFrom, { image }: Recorded): Promise<RoomNeeded> {
  if (fetch.kind === 'registry')
    return { leastBytes: 0, mostBytes: image?.bytes === undefined ? null : 2 * image.bytes }
  return stat(fetch.file).then(
    ({ size }) => ({ leastBytes: size, mostBytes: 2 * size }),
    () => ({ leastBytes: 0, mostBytes: null }),
  )
}

async function elsewhere(
  engine: Engine,
  artifacts: string | undefined,
  saved: readonly Saved[],
  { release, digest, image }: Recorded,
): Promise<ReleaseFound> {
  const found = { release, digest, complete: true, why: null }
  const asked = await askRegistries(engine, image)
  if (asked.reference !== null) return { ...found, fetch: { kind: 'registry', reference: asked.reference } }
  const archive = saved.find(({ id }) => id === digest)
  if (archive !== undefined) return { ...found, fetch: { kind: 'archive', file: archive.file } }
  const archives = artifacts === undefined ? 'no artifacts: directory is declared' : `no archive in ${artifacts} has it`
  const why = `its image ${digest.slice(0, 19)} is not on ${engine.host}; ${asked.why}; ${archives}`
  return { release, digest, complete: false, why }
}

/** What of an image would be left if its host lost it. */
export async function keptElsewhere(
  engine: Engine,
  artifacts: string | undefined,
  digest: string,
  image: ImageNamed | undefined,
): Promise<Kept> {
  const [{ registry, why }, saved] = await Promise.all([askRegistries(engine, image), savedIn(artifacts)])
  return { registry, why, archive: saved.find(({ id }) => id === digest)?.file ?? null }
}
