import type { ImageNamed, Kept, Recorded, ReleaseFound } from '../../../state/facts.ts'
import { savedIn, type Saved } from './archives/archives.ts'
import type { Engine } from './engine.ts'
import { askRegistries } from './registry/ask.ts'

/** Releases that were recorded and are not on the host: where each can be fetched from, or why it cannot. */
export async function releasesElsewhere(
  engine: Engine,
  artifacts: string | undefined,
  missing: readonly Recorded[],
): Promise<readonly ReleaseFound[]> {
  if (missing.length === 0) return []
  const saved = await savedIn(artifacts)
  return Promise.all(missing.map(recorded => elsewhere(engine, artifacts, saved, recorded)))
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
