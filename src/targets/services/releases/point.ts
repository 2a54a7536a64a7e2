import { rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '../../outcome.ts'
import { digestOf } from './digest.ts'
import type { Place } from './layout.ts'
import { pointedAt } from './observe.ts'

/** Switches `current`, at once: a new link, renamed over the old. The release must be there, and be the recorded one. */
export async function pointAt(place: Place, release: string, digest: string): Promise<Outcome> {
  const there = await digestOf(join(place.releases, release))
  if (there !== digest) return { ok: false, fault: notTheSame(place, release, there), observed: { digest: there } }
  const fresh = `${place.current}.astern`
  await rm(fresh, { force: true })
  await symlink(join('releases', release), fresh)
  await rename(fresh, place.current)
  const now = await pointedAt(place)
  return { ok: true, observed: { pointed: now }, says: `current points at ${now ?? 'nothing'}` }
}

function notTheSame(place: Place, release: string, found: string | null) {
  return {
    code: found === null ? 'release.missing' : 'release.changed',
    what: `Release ${release} of ${place.name} ${found === null ? 'is not there' : 'is not the one that was recorded'}`,
    means: 'Nothing was switched.',
    next: `Look at ${place.releases}/${release}; put the recorded files back and retry, or undo.`,
  }
}
