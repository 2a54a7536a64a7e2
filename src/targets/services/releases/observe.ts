import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { basename, join, normalize, relative } from 'node:path'
import type { Observed, ReleaseFound } from '../../../state/facts.ts'
import type { Result } from '../../../state/fault.ts'
import { oneLine } from '../../../state/text.ts'
import { digestOf } from './digest.ts'
import type { Place } from './layout.ts'
import { runningAt } from './processes.ts'

export async function observePlace(place: Place): Promise<Observed> {
  const reachable = await stat(place.root).then(
    stats => stats.isDirectory(),
    () => false,
  )
  if (!reachable) return nothing('unreachable', `${place.root} is not there`)
  const [running, pointed] = await Promise.all([runningAt(place), pointedAt(place)])
  const release = running === null ? pointed : running.release
  const digest = release === null ? null : await digestOf(join(place.releases, release))
  if (running === null && pointed === null) return nothing('missing', `${place.current} points at no release`)
  const note =
    running !== null && running.release === null
      ? `process ${running.pid} belongs to another account: its release is not known`
      : null
  return {
    state: running === null ? 'stopped' : 'running',
    release,
    digest,
    pointed,
    pid: running?.pid ?? null,
    since: running?.startedAt ?? null,
    note,
  }
}

function nothing(state: 'unreachable' | 'missing', note: string): Observed {
  return { state, release: null, digest: null, pointed: null, pid: null, since: null, note }
}

/** The release that `current` leads to, whether or not its directory is there. */
export async function pointedAt(place: Place): Promise<string | null> {
  const target = await readlink(place.current).catch(() => null)
  return target === null ? null : basename(target)
}

export async function releasesAt(place: Place): Promise<readonly ReleaseFound[]> {
  const names = await readdir(place.releases).catch(() => [] as string[])
  return Promise.all(names.sort().map(name => judgeRelease(place, name)))
}

async function judgeRelease(place: Place, release: string): Promise<ReleaseFound> {
  const directory = join(place.releases, release)
  if (release.endsWith('.partial')) return { release, digest: null, complete: false, why: 'it is still being unpacked' }
  const stats = await lstat(directory)
  if (!stats.isDirectory()) return { release, digest: null, complete: false, why: 'it is not a directory' }
  const digest = await digestOf(directory)
  if (digest === null) return { release, digest, complete: false, why: 'its directory is empty' }
  const said = await readFile(join(directory, 'release.json'), 'utf8').catch(() => '{}')
  return saysIncomplete(said)
    ? { release, digest, complete: false, why: 'its release.json says it is not complete' }
    : { release, digest, complete: true, why: null }
}

function saysIncomplete(text: string): boolean {
  try {
    return (JSON.parse(text) as { complete?: unknown }).complete === false
  } catch {
    return true
  }
}

export async function filesOf(
  place: Place,
  release: string,
  path: string,
): Promise<Result<readonly { readonly name: string; readonly text: string }[]>> {
  const directory = join(place.releases, release, normalize(path))
  if (relative(join(place.releases, release), directory).startsWith('..'))
    throw new Error(`${path} leads out of the release`)
  const names = await readdir(directory).catch(() => null)
  if (names === null) return { ok: false, fault: noFiles(place, release, path) }
  const files = await Promise.all(
    names.sort().map(async name => ({ name, text: await readFile(join(directory, name), 'utf8').catch(() => '') })),
  )
  return { ok: true, value: files }
}

function noFiles(place: Place, release: string, path: string) {
  return {
    code: 'release.no-files',
    what: `Release ${release} of ${place.name} has no ${path}`,
    means: 'What should come out of it cannot be read.',
    next: `Look into ${place.releases}/${release}, or correct the path in astern.yaml.`,
  }
}

const tailBytes = 64 * 1024

/** The last lines of the log that read like errors, repeated ones folded, newest last. */
export async function errorsOf(place: Place, lines: number): Promise<readonly string[]> {
  const text = await readFile(place.log, 'utf8').catch(() => '')
  const found: { line: string; times: number }[] = []
  for (const raw of text.slice(-tailBytes).split('\n')) {
    if (!/error|fatal|exception|panic/i.test(raw)) continue
    const line = oneLine(raw)
    const last = found.at(-1)
    if (last?.line === line) last.times += 1
    else found.push({ line, times: 1 })
  }
  return found.slice(-lines).map(({ line, times }) => (times === 1 ? line : `${line} (${times} times)`))
}
