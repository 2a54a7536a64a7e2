import { rename, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Fault } from '../../../state/fault.ts'
import type { Outcome } from '../../outcome.ts'
import { digestOf, type Digest } from './digest.ts'
import { systemWords } from './faults.ts'
import type { Place } from './layout.ts'
import { pointedAt } from './observe.ts'
import { syncDirectory } from './write-whole.ts'

/** Switches `current`, at once: a new link, renamed over the old. The release must be there, and be the recorded one. */
export async function pointAt(place: Place, release: string, digest: string): Promise<Outcome> {
  const there = await digestOf(join(place.releases, release))
  if (there.digest !== digest)
    return { ok: false, fault: notTheRelease(place, release, there), observed: { digest: there.digest } }
  try {
    const fresh = `${place.current}.astern`
    await rm(fresh, { force: true })
    await symlink(join('releases', release), fresh)
    await rename(fresh, place.current)
    await syncDirectory(dirname(place.current))
  } catch (error) {
    return { ok: false, fault: notSwitched(place, systemWords(error)), observed: null }
  }
  const pointed = await pointedAt(place)
  if (pointed === release) return { ok: true, observed: { pointed }, says: `current points at ${release}` }
  return {
    ok: false,
    fault: notSwitched(place, `it points at ${pointed ?? 'no release'}, moments after it was switched`),
    observed: { pointed },
  }
}

/** The recorded digest and what is there now differ, or nothing is there. */
export function notTheRelease(place: Place, release: string, { digest, why }: Digest): Fault {
  return {
    code: digest === null ? 'release.missing' : 'release.changed',
    what:
      digest === null
        ? `Release ${release} of ${place.name} is not there: ${why}`
        : `The files of release ${release} of ${place.name} are not those that were recorded`,
    means: 'Nothing was changed.',
    next: `Look at ${join(place.releases, release)}; put the recorded files back and retry, or undo.`,
  }
}

function notSwitched(place: Place, why: string): Fault {
  return {
    code: 'release.not-switched',
    what: `${place.current} could not be switched: ${why}`,
    means: `${place.name} would start as before.`,
    next: `Look at ${place.current} and its rights, then retry or undo.`,
  }
}
