import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceCommand } from '../../../state/command.ts'
import type { Result } from '../../../state/fault.ts'
import { oneLine } from '../../../state/text.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { digestOf } from './digest.ts'
import { systemWords } from './faults.ts'
import { launch, lockTaken, type Launched } from './launch.ts'
import type { Place, ReleasesConfig } from './layout.ts'
import { lastWords, logSize } from './log.ts'
import { pointedAt } from './observe.ts'
import { notTheRelease } from './point.ts'
import { isSame, runningAt, type Running } from './processes.ts'
import { notPointed, notStarted, otherRuns, secretMissing } from './start-faults.ts'

type Start = Extract<ServiceCommand, { kind: 'service.start' }>

const appearMs = 30_000
/** What ends sooner than this did not start; what ends later is a matter of its health. */
const surviveMs = 300
/** Executed, and its run lock not held: it closes files that it did not open. */
const looseMs = 1_000
const lookMs = 25

/**
 * Starts the release that `current` points at. Whether somebody else starts it at the same moment, or an engine that was
 * killed has started it already, makes no difference: one process gets the run lock, and it is that one which is awaited.
 */
export async function startService(
  config: ReleasesConfig,
  place: Place,
  command: Start,
  evidence: Evidence,
): Promise<Outcome> {
  const directory = join(place.releases, command.release)
  const refused = await refusal(place, command, directory)
  if (refused !== null) return refused
  const environment = await environmentFor(config, place, command.release)
  if (!environment.ok) return { ok: false, fault: environment.fault, observed: null }
  const logFrom = await logSize(place)
  let launched: Launched | null = null
  if ((await runningAt(place)) === null) {
    const argv = argvFor(place, directory)
    evidence(`in ${directory}: ${argv.join(' ')}`)
    try {
      await mkdir(place.shared, { recursive: true, mode: 0o755 })
      launched = await launch(place, argv, directory, environment.value)
    } catch (error) {
      return { ok: false, fault: notStarted(place, command.release, systemWords(error), ''), observed: null }
    }
  }
  return appeared(place, command, launched, logFrom)
}

async function refusal(place: Place, command: Start, directory: string): Promise<Outcome | null> {
  const pointed = await pointedAt(place)
  if (pointed !== command.release)
    return { ok: false, fault: notPointed(place, command.release, pointed), observed: { pointed } }
  const there = await digestOf(directory)
  if (there.digest === command.digest) return null
  return { ok: false, fault: notTheRelease(place, command.release, there), observed: { digest: there.digest } }
}

/** The same process, executed and holding the run lock, at two looks far enough apart. */
async function appeared(place: Place, command: Start, launched: Launched | null, logFrom: number): Promise<Outcome> {
  const until = performance.now() + appearMs
  let first: { readonly running: Running; readonly at: number } | null = null
  let looseSince: number | null = null
  while (performance.now() < until) {
    const code = launched?.ended() ?? null
    const running = await runningAt(place)
    if (running !== null && running.release !== command.release)
      return { ok: false, fault: otherRuns(place, command.release, running), observed: { pid: running.pid } }
    if (running === null && (launched === null || code !== null))
      return failed(place, command, howItEnded(code), logFrom)
    if (running !== null && first !== null && isSame(first.running, running)) {
      if (performance.now() - first.at >= surviveMs) return started(place, command, running)
    } else if (running !== null && (await isExecuted(running.pid))) first = { running, at: performance.now() }
    if (running !== null || launched === null || !(await isExecuted(launched.pid))) looseSince = null
    else if (performance.now() - (looseSince ??= performance.now()) >= looseMs) break
    await sleep(lookMs)
  }
  launched?.abandon()
  const why =
    looseSince === null ? 'it did not appear in time' : 'it closed its run lock, so nobody could tell that it runs'
  return failed(place, command, `${why}; it was ended again`, logFrom)
}

function started(place: Place, { release }: Start, { pid }: Running): Outcome {
  return { ok: true, observed: { pid, release }, says: `${place.name} ${release} runs as process ${pid}` }
}

async function failed(place: Place, { release }: Start, why: string, logFrom: number): Promise<Outcome> {
  const fault = notStarted(place, release, why, await lastWords(place, logFrom))
  return { ok: false, fault, observed: { pid: null } }
}

function howItEnded(code: number | null): string {
  if (code === null) return 'it ended at once'
  return code === lockTaken
    ? 'its run lock is held by a process that is not seen from here'
    : `it ended at once (${code})`
}

/** Between the lock and the execution the process is still flock, in the same directory and with the same number. */
async function isExecuted(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'flock')
  return name.trim() !== 'flock'
}

export function argvFor({ release }: Place, directory: string): readonly string[] {
  return release.start.map(arg => arg.replaceAll('{release}', directory))
}

export async function environmentFor(
  config: ReleasesConfig,
  place: Place,
  release: string,
): Promise<Result<Readonly<Record<string, string>>>> {
  const all: Record<string, string> = {}
  for (const name of ['PATH', 'HOME', 'LANG']) {
    const value = process.env[name]
    if (value !== undefined) all[name] = value
  }
  for (const [name, value] of Object.entries(place.release.env)) {
    try {
      all[name] = await config.resolve(value)
    } catch (error) {
      const why = oneLine(error instanceof Error ? error.message : String(error))
      return { ok: false, fault: secretMissing(place, release, name, why) }
    }
  }
  return { ok: true, value: { ...all, ASTERN_SERVICE: place.name, ASTERN_RELEASE: release } }
}
