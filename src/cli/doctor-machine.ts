import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { found, type Finding } from './doctor-finding.ts'

/** What of this machine a run relies on: its tools, a place for the journal, and that a logout ends nothing. */
export function machineFindings(home: string): readonly Finding[] {
  return [...tools(), place(home), ...room(home), ...lingering('/', userInfo())]
}

function tools(): readonly Finding[] {
  const needed = [
    { tool: 'flock', brings: 'util-linux' },
    { tool: 'setpriv', brings: 'util-linux' },
  ]
  return needed.map(({ tool, brings }) => {
    const there = isThere(tool)
    return found(
      'automation',
      `${tool} is ${there ? '' : 'not '}installed`,
      there,
      `Install ${brings}, which brings ${tool}.`,
    )
  })
}

function isThere(tool: string): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0
}

function place(home: string): Finding {
  const at = existing(home)
  const writable = isWritable(at)
  const what = writable
    ? `runs are kept in ${home}`
    : `no run can be kept in ${home}: ${at} is no directory that is writable for you`
  return found('automation', what, writable, `Make ${at} writable for you, or set ASTERN_HOME to a directory that is.`)
}

/** Less than this, and a long run with its evidence may not fit: without its journal it holds. */
const enoughBytes = 256 * 1024 * 1024

function room(home: string): readonly Finding[] {
  const at = existing(home)
  const { bavail, bsize } = statfsSync(at)
  const free = bavail * bsize
  if (free >= enoughBytes) return []
  const left = `${Math.round(free / 1024 / 1024)} MB`
  return [
    found(
      'automation',
      `only ${left} are free where runs are kept (${at})`,
      false,
      'Make room there, or set ASTERN_HOME.',
    ),
  ]
}

/** The directory itself, or the nearest above it that is there. */
function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path))
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

type Account = { readonly uid: number; readonly username: string }

/**
 * Where systemd ends what a person started when they log out, the engine goes with them, unless they linger. Root is never
 * ended. `root`: where the machine's files begin.
 */
export function lingering(root: string, { uid, username }: Account): readonly Finding[] {
  if (uid === 0 || !existsSync(join(root, 'run/systemd/system')) || !killsOnLogout(root)) return []
  const lingers = existsSync(join(root, 'var/lib/systemd/linger', username))
  return [
    found(
      'automation',
      lingers
        ? `${username} lingers: a run goes on after a logout`
        : `a run would end with the last logout of ${username}: this machine ends what is left of a session (KillUserProcesses)`,
      lingers,
      `Let the account linger: loginctl enable-linger ${username}`,
    ),
  ]
}

/** The last word of logind's configuration; its own default is no, and Debian's too. */
function killsOnLogout(root: string): boolean {
  const files = ['usr/lib/systemd/logind.conf', 'etc/systemd/logind.conf'].map(file => join(root, file))
  const set = files
    .filter(file => existsSync(file))
    .flatMap(file => [...readFileSync(file, 'utf8').matchAll(/^\s*KillUserProcesses\s*=\s*(\w+)/gim)])
  return /^(yes|true|on|1)$/i.test(set.at(-1)?.[1] ?? 'no')
}
