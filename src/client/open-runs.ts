import { watch } from 'node:fs'
import { open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Line, RunEvent } from '../state/event.ts'
import { plusMs } from '../state/times.ts'
import { isEngineAlive } from './alive.ts'
import { findRuns } from './home.ts'

type Peeked = {
  readonly opening: Opening
  readonly environment: string
  readonly isRun: boolean
  readonly isClosed: boolean
}

/** A run by its first line. */
export type Opening = { readonly at: string; readonly event: Extract<RunEvent, { kind: 'run.opened' }> }

export type NamedRun = { readonly run: string; readonly opening: Opening; readonly isClosed: boolean }

/** A drill that is not closed. */
export type OpenDrill = {
  readonly run: string
  readonly title: string
  readonly directory: string
  readonly environment: string
  /** Somebody leads it. */
  readonly isLed: boolean
  /** It is over by then, whoever leads it. */
  readonly until: string | null
}

const chunkBytes = 64 * 1024
const pollMs = 1000

/** The directory of the newest run of a home that is not closed yet; null: none is. */
export async function openRunIn(home: string, environment: string | null): Promise<string | null> {
  for (const { directory } of await findRuns(home)) {
    const peeked = await peek(directory)
    if (peeked !== null && isOpen(peeked, environment)) return directory
  }
  return null
}

/** Runs of a home whose names begin so, newest first, no more than so many. Those that cannot be read are left out. */
export async function runsNamed(home: string, begins: string, most: number): Promise<readonly NamedRun[]> {
  const found = (await findRuns(home)).filter(({ run }) => run.startsWith(begins)).slice(0, most)
  const named = await Promise.all(
    found.map(async ({ run, directory }): Promise<readonly NamedRun[]> => {
      const peeked = await peek(directory).catch(() => null)
      return peeked === null ? [] : [{ run, opening: peeked.opening, isClosed: peeked.isClosed }]
    }),
  )
  return named.flat()
}

/** The directory of a run that is open in a home, as soon as there is one: also of one that was opened since somebody looked last. Null once aborted. */
export async function nextRunIn(home: string, environment: string, signal: AbortSignal): Promise<string | null> {
  const runs = join(home, 'runs')
  const known = new Set<string>()
  while (!signal.aborted) {
    for (const run of (await readdir(runs).catch(() => [])).filter(name => !known.has(name))) {
      const peeked = await peek(join(runs, run))
      // Its first line is not written yet: looked at again.
      if (peeked === null) continue
      known.add(run)
      if (isOpen(peeked, environment)) return join(runs, run)
    }
    await change(runs, signal)
  }
  return null
}

/** The drills of a home that are not closed, newest first. */
export async function openDrills(home: string): Promise<readonly OpenDrill[]> {
  const found: OpenDrill[] = []
  for (const { run, directory } of await findRuns(home)) {
    const peeked = await peek(directory)
    const purpose = peeked?.opening.event.purpose
    if (peeked === null || peeked.isClosed || purpose?.kind !== 'drill') continue
    const { title, deadlineMs } = purpose.scenario
    const until = deadlineMs === null ? null : plusMs(peeked.opening.at, deadlineMs)
    found.push({
      run,
      title,
      directory,
      environment: peeked.environment,
      isLed: await isEngineAlive(directory),
      until,
    })
  }
  return found
}

/**
 * The drill that is played in an environment; what is opened there meanwhile is a part of it. One that nobody leads any more counts
 * until its time is over: somebody may be about to take it over.
 */
export async function openDrillIn(home: string, environment: string, now: string): Promise<OpenDrill | null> {
  const open = await openDrills(home)
  return open.find(drill => drill.environment === environment && (drill.isLed || (drill.until ?? '') > now)) ?? null
}

function isOpen({ environment, isRun, isClosed }: Peeked, wanted: string | null): boolean {
  return isRun && !isClosed && (wanted === null || environment === wanted)
}

/** By its first and its last line alone: a home has hundreds of runs, and journals are long. Null: it has no whole line. */
async function peek(directory: string): Promise<Peeked | null> {
  const file = await open(join(directory, 'journal.jsonl'), 'r').catch(() => null)
  if (file === null) return null
  try {
    const opening = openingIn(await firstLine(file))
    if (opening === null) return null
    const isClosed = lineIn(await lastLine(file))?.event.kind === 'run.closed'
    const { environment, purpose } = opening.event
    return { opening, environment, isRun: purpose.kind === 'rollback' || purpose.kind === 'undo', isClosed }
  } finally {
    await file.close()
  }
}

/** Null: its first line is not written yet. */
export async function openingOf(directory: string): Promise<Opening | null> {
  return (await peek(directory).catch(() => null))?.opening ?? null
}

function openingIn(text: string): Opening | null {
  const line = lineIn(text)
  return line?.event.kind === 'run.opened' ? { at: line.ts, event: line.event } : null
}

/** Whether the journal of a run has its last line. */
export async function isClosedRun(directory: string): Promise<boolean> {
  return (await peek(directory).catch(() => null))?.isClosed === true
}

async function firstLine(file: FileHandle): Promise<string> {
  const chunks: Buffer[] = []
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, chunks.length * chunkBytes)
    const end = buffer.subarray(0, bytesRead).indexOf(10)
    chunks.push(buffer.subarray(0, end === -1 ? bytesRead : end))
    if (end !== -1) return Buffer.concat(chunks).toString('utf8')
    if (bytesRead < chunkBytes) return ''
  }
}

/** The last whole one, where it is short enough to be the last of a run. */
async function lastLine(file: FileHandle): Promise<string> {
  const { size } = await file.stat()
  const length = Math.min(size, chunkBytes)
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
  const whole = buffer.subarray(0, buffer.lastIndexOf(10))
  return whole.subarray(whole.lastIndexOf(10) + 1).toString('utf8')
}

function lineIn(text: string): Line | null {
  try {
    return JSON.parse(text) as Line
  } catch {
    return null
  }
}

/** Something changed in the folder, or a poll's length where that is not told. */
export async function change(folder: string, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const ending = new AbortController()
  const timer = setTimeout(resolve, pollMs)
  signal.addEventListener('abort', () => resolve(), { once: true, signal: ending.signal })
  try {
    watch(folder, { signal: ending.signal, persistent: false }, () => resolve()).on('error', () => undefined)
  } catch {
    // There is no such folder yet, or no watching here: the poll does.
  }
  await promise
  clearTimeout(timer)
  ending.abort()
}
