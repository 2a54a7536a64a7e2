import { readFile, readlink, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { Place } from './layout.ts'

export type Running = {
  readonly pid: number
  /** The release whose directory the process was started in. Null: another account's process, which /proc hides. */
  readonly release: string | null
  readonly directory: string | null
  readonly startedAt: string | null
}

/** The process that holds the service's run lock, as the kernel tells it; null when nobody does. */
export async function runningAt(place: Place): Promise<Running | null> {
  const pid = await holderOf(place.runLock)
  if (pid === null) return null
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => null)
  const tag = await environmentOf(pid, 'ASTERN_RELEASE')
  const fromDirectory = directory !== null && dirname(directory) === place.releases ? basename(directory) : null
  return {
    pid,
    release: fromDirectory ?? tag,
    directory: fromDirectory === null ? null : directory,
    startedAt: await startOf(pid),
  }
}

/** `flock -F` executes the service itself, so the lock's holder is the service; its pid needs no file that could lie. */
export async function holderOf(lock: string): Promise<number | null> {
  const [locks, file] = await Promise.all([
    readFile('/proc/locks', 'utf8').catch(() => ''),
    stat(lock).catch(() => null),
  ])
  if (file === null) return null
  for (const line of locks.split('\n')) {
    const [, kind, , , pid, where] = line.trim().split(/\s+/)
    if (kind !== 'FLOCK' || where === undefined || pid === undefined) continue
    const [major = '', minor = '', inode = ''] = where.split(':')
    if (
      Number(inode) === file.ino &&
      Number.parseInt(major, 16) * 256 + Number.parseInt(minor, 16) === deviceOf(file.dev)
    )
      return Number(pid)
  }
  return null
}

/** Linux's dev_t, major and minor folded the way /proc/locks prints them. */
function deviceOf(dev: number): number {
  const major = (dev >> 8) & 0xfff
  const minor = (dev & 0xff) | ((dev >> 12) & 0xfff00)
  return major * 256 + minor
}

async function environmentOf(pid: number, name: string): Promise<string | null> {
  const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  const entry = environ.split('\0').find(candidate => candidate.startsWith(`${name}=`))
  return entry?.slice(name.length + 1) ?? null
}

/** Start time in clock ticks since boot: with the pid it names one process for good. */
async function startOf(pid: number): Promise<string | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
