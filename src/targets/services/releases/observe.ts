import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Observed, ReleaseFound } from '../../../state/facts.ts'
import { digestOf } from './digest.ts'
import type { Place } from './layout.ts'
import { runningAt } from './processes.ts'

/** One service on one host: by its process where one runs, by `current` where none does. */
export async function observePlace(place: Place): Promise<Observed> {
  const reachable = await stat(place.root).then(
    stats => stats.isDirectory(),
    () => false,
  )
  if (!reachable) return nothing('unreachable', `${place.root} is not there`)
  const [running, pointed] = await Promise.all([runningAt(place), pointedAt(place)])
  if (running === null && pointed === null) return nothing('missing', `${place.current} points at no release`)
  const release = running === null ? pointed : running.release
  const { digest, why } = release === null ? { digest: null, why: null } : await digestOf(join(place.releases, release))
  const unread = why === null ? null : `release ${release}: ${why}`
  return {
    state: running === null ? 'stopped' : 'running',
    release,
    digest,
    pointed,
    pid: running?.pid ?? null,
    since: running?.since ?? null,
    note: running?.note ?? unread,
  }
}

function nothing(state: 'unreachable' | 'missing', note: string): Observed {
  return { state, release: null, digest: null, pointed: null, pid: null, since: null, note }
}

/** The release that `current` leads to, whether or not its directory is there. A link to elsewhere leads to none. */
export async function pointedAt(place: Place): Promise<string | null> {
  const target = await readlink(place.current).catch(() => null)
  if (target === null) return null
  const directory = resolve(dirname(place.current), target)
  return dirname(directory) === resolve(place.releases) ? basename(directory) : null
}

export async function releasesAt(place: Place): Promise<readonly ReleaseFound[]> {
  const names = await readdir(place.releases).catch(() => [] as string[])
  const found = await Promise.all(names.sort().map(name => judgeRelease(place, name)))
  return found.filter(release => release !== null)
}

/** Null: it is gone again, between the listing and the look. */
async function judgeRelease(place: Place, release: string): Promise<ReleaseFound | null> {
  const directory = join(place.releases, release)
  if (release.endsWith('.partial')) return { release, digest: null, complete: false, why: 'it is still being unpacked' }
  const stats = await lstat(directory).catch(() => null)
  if (stats === null) return null
  if (!stats.isDirectory()) return { release, digest: null, complete: false, why: 'it is not a directory' }
  const { digest, why } = await digestOf(directory)
  if (digest === null) return { release, digest, complete: false, why }
  const said = await readFile(join(directory, 'release.json'), 'utf8').catch(() => '{}')
  return saysIncomplete(said)
    ? { release, digest, complete: false, why: 'its release.json says it is not complete' }
    : { release, digest, complete: true, why: null }
}

/** Half of a release.json is half of a release. */
function saysIncomplete(text: string): boolean {
  try {
    const said: unknown = JSON.parse(text)
    return typeof said === 'object' && said !== null && 'complete' in said && said.complete === false
  } catch {
    return true
  }
}
