import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ServiceCommand } from '../../../state/command.ts'
import { plain } from '../../../state/text.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { digestOf } from './digest.ts'
import type { Place, ReleasesConfig } from './layout.ts'
import { holderOf, runningAt } from './processes.ts'

type Start = Extract<ServiceCommand, { kind: 'service.start' }>

const appearMs = 10_000
const lookMs = 25

/**
 * Starts the release that `current` points at, in a session of its own. `flock -F` takes the service's run lock and
 * executes the service in its place, so that a second start, of whoever, ends before the service is executed.
 */
export async function startService(
  config: ReleasesConfig,
  place: Place,
  command: Start,
  evidence: Evidence,
): Promise<Outcome> {
  const directory = join(place.releases, command.release)
  const pointed = await readlink(place.current).then(basename, () => null)
  const digest = await digestOf(directory)
  if (pointed !== command.release || digest !== command.digest)
    return { ok: false, fault: notPointed(place, command, pointed), observed: { pointed, digest } }
  mkdirSync(place.shared, { recursive: true, mode: 0o755 })
  const logFrom = sizeOf(place.log)
  const environment = await environmentFor(config, place, command.release)
  const argv = place.service.release.start.map(arg => arg.replaceAll('{release}', directory))
  evidence(`in ${directory}: ${argv.join(' ')}`)
  const ended = launch(place, argv, directory, environment)
  return appeared(place, command, ended, logFrom)
}

/** Nothing of the engine's passes on but the log: not its run lock, not its pipes. */
function launch(
  place: Place,
  argv: readonly string[],
  cwd: string,
  env: Record<string, string>,
): { readonly code: () => number | null } {
  const log = openSync(place.log, 'a', 0o600)
  const child = spawn('flock', ['-n', '-E', '75', '-F', place.runLock, ...argv], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let code: number | null = null
  child.on('error', () => {
    code = 127
  })
  child.on('exit', (status, signal) => {
    code = status ?? (signal === null ? 1 : 128)
  })
  child.unref()
  return { code: () => code }
}

async function appeared(
  place: Place,
  command: Start,
  ended: { readonly code: () => number | null },
  logFrom: number,
): Promise<Outcome> {
  const until = performance.now() + appearMs
  while (performance.now() < until && ended.code() === null) {
    const running = await runningAt(place)
    // Between the lock and the execution the process is still flock, in the same directory and with the same pid.
    if (running?.release === command.release && isExecuted(running.pid)) {
      return {
        ok: true,
        observed: { pid: running.pid, release: running.release },
        says: `${place.name} ${command.release} runs as process ${running.pid}`,
      }
    }
    await new Promise(resolve => setTimeout(resolve, lookMs))
  }
  return { ok: false, fault: await notStarted(place, command, ended.code(), logFrom), observed: { code: ended.code() } }
}

function isExecuted(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'flock'
  } catch {
    return false
  }
}

async function environmentFor(config: ReleasesConfig, place: Place, release: string): Promise<Record<string, string>> {
  const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'USER'].flatMap(name => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const declared = await Promise.all(
    Object.entries(place.service.release.env).map(
      async ([name, value]) => [name, await config.resolve(value)] as const,
    ),
  )
  return { ...Object.fromEntries([...inherited, ...declared]), ASTERN_SERVICE: place.name, ASTERN_RELEASE: release }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

async function notStarted(place: Place, command: Start, code: number | null, logFrom: number) {
  const other = await holderOf(place.runLock)
  const words = plain(readTail(place.log, logFrom)).trim().split('\n').slice(-3).join(' | ')
  const why =
    code === 75 && other !== null
      ? `process ${other} holds its run lock`
      : code === null
        ? 'it did not appear'
        : `it ended at once with ${code}`
  return {
    code: 'service.will-not-start',
    what: `${place.name} ${command.release} did not start: ${why}`,
    means: 'The service is down.',
    next: `Read ${place.log}. Then retry, skip with a reason, or undo.`,
    ...(words === '' ? {} : { detail: words }),
  }
}

function readTail(path: string, from: number): string {
  try {
    return readFileSync(path).subarray(from).toString('utf8')
  } catch {
    return ''
  }
}

function notPointed(place: Place, command: Start, pointed: string | null) {
  const changed = pointed === command.release
  return {
    code: changed ? 'release.changed' : 'release.not-pointed',
    what: changed
      ? `Release ${command.release} of ${place.name} is not the one that was recorded`
      : `${place.current} points at ${pointed ?? 'nothing'}, not at ${command.release}`,
    means: 'Nothing was started.',
    next: `Look at ${place.releases}, then retry or undo.`,
  }
}
