import { readFile, readlink, realpath } from 'node:fs/promises'
import { relative } from 'node:path'
import { startOf } from '../../process-start.ts'
import { holderOf } from './holder.ts'
import type { Place } from './layout.ts'

export type Running = {
  readonly pid: number
  /** Clock ticks between boot and its start: with the pid it names one process for good. Null: /proc hides it. */
  readonly start: string | null
  readonly since: string | null
  /** The release it was started from. Null: not known, and `note` says why. */
  readonly release: string | null
  readonly note: string | null
}

const looks = 3

/** The process that holds the service's run lock, as the kernel tells it; null when nobody does. */
export async function runningAt(place: Place): Promise<Running | null> {
  for (let look = 1; ; look++) {
    const pid = await holderOf(place.runLock)
    if (pid === null) return null
    const [directory, tag] = await Promise.all([directoryOf(pid, place), releaseTagOf(pid)])
    const start = await startOf(pid)
    // It ended while it was looked at, or /proc does not show it at all: look again who holds the lock.
    if (start === null && look < looks) continue
    return { pid, start, since: start && (await sinceOf(start)), ...judgeRelease(pid, directory, tag) }
  }
}

export function isSame(one: Running | null, other: Running | null): boolean {
  return one !== null && other !== null && one.pid === other.pid && one.start === other.start
}

type Directory = { readonly release: string | null; readonly deleted: boolean } | 'hidden'

/** Two witnesses: the directory it was started in, and what it was started with. They must not contradict each other. */
function judgeRelease(
  pid: number,
  directory: Directory,
  tag: string | null,
): { readonly release: string | null; readonly note: string | null } {
  if (directory === 'hidden')
    return { release: null, note: `process ${pid} belongs to another account: its release is not known` }
  const { release, deleted } = directory
  if (release === null && tag === null)
    return { release: null, note: `process ${pid} holds the run lock, and was not started from a release` }
  if (release !== null && tag !== null && release !== tag)
    return { release: null, note: `process ${pid} was started as ${tag} and works in the directory of ${release}` }
  return {
    release: release ?? tag,
    note: deleted ? `the release that process ${pid} was started from has been deleted` : null,
  }
}

async function directoryOf(pid: number, place: Place): Promise<Directory> {
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => 'hidden' as const)
  if (cwd === 'hidden') return 'hidden'
  const releases = await realpath(place.releases).catch(() => place.releases)
  const below = relative(releases, cwd)
  const deleted = below.endsWith(' (deleted)')
  const [first = ''] = below.replace(/ \(deleted\)$/, '').split('/')
  return { release: first === '' || first === '..' ? null : first, deleted: deleted && first !== '..' }
}

async function releaseTagOf(pid: number): Promise<string | null> {
  const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  const entry = environ.split('\0').find(candidate => candidate.startsWith('ASTERN_RELEASE='))
  return entry?.slice('ASTERN_RELEASE='.length) ?? null
}

/** Ticks in /proc are hundredths of a second on every Linux. */
async function sinceOf(start: string): Promise<string | null> {
  const stat = await readFile('/proc/stat', 'utf8').catch(() => '')
  const boot = /^btime (\d+)$/m.exec(stat)?.[1]
  return boot === undefined ? null : new Date(Number(boot) * 1000 + Number(start) * 10).toISOString()
}
