import { constants } from 'node:fs'
import { mkdir, open, statfs, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { lineBytes, sealLine, chainStart, type Hash } from '../../state/chain.ts'
import type { ActCommand } from '../../state/command.ts'
import type { Actor, Line, RunEvent } from '../../state/event.ts'
import type { Fault, Result } from '../../state/fault.ts'
import { canonical } from '../../state/json.ts'
import type { Repeat } from '../../state/plan.ts'
import type { Permit } from '../../targets/permit.ts'
import type { Mask } from '../secrets.ts'
import { cannotWrite, damaged, diskLow } from './faults.ts'
import { makePermit } from './permit.ts'
import { readJournal } from './read.ts'

export type Journal = {
  /** Everything durable, in order. */
  readonly lines: readonly Line[]
  readonly append: (event: RunEvent, actor?: Actor) => Promise<Line>
  /** All in one write; resolves when they are on disk and every listener has seen them. */
  readonly appendAll: (events: readonly RunEvent[], actor?: Actor) => Promise<readonly Line[]>
  /** The intent on disk first, then the right to act on it, once. */
  readonly begin: (
    step: BegunStep,
    attempt: number,
    epoch: number,
    who: string,
    stillOurs: Permit['stillOurs'],
  ) => Promise<{ readonly line: Line; readonly permit: Permit }>
  readonly onDurable: (listener: (lines: readonly Line[]) => void) => void
  readonly close: () => Promise<void>
}

export type BegunStep = { readonly id: string; readonly command: ActCommand; readonly repeat: Repeat }

export type JournalOptions = {
  readonly directory: string
  readonly run: string
  /** In whose name an event without an actor is written. */
  readonly actor: Actor
  readonly now: () => Date
  /** Milliseconds since boot. */
  readonly mono: () => number
  readonly boot: string
  readonly hash: Hash
  /** What no line may tell is taken out here, whoever wrote it. */
  readonly mask: Mask
}

/** The journal cannot be written: no further effect may happen. */
export class JournalFailed extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.what)
    this.name = 'JournalFailed'
    this.fault = fault
  }
}

export const journalFile = 'journal.jsonl'
/** Below this no step is begun: the lines that say how it ended must still fit. */
const reserveBytes = 1024 * 1024

/** Opens a run's journal for its one writer: cuts off a torn tail, says so, and refuses one that is damaged inside. */
export async function openJournal(options: JournalOptions): Promise<Result<{ readonly journal: Journal }>> {
  const { directory, hash } = options
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const read = await readJournal(directory, hash)
  if (!read.ok) return read
  if (read.value.damage !== null) return { ok: false, fault: damaged(directory, read.value.damage) }
  const file = await open(
    join(directory, journalFile),
    constants.O_RDWR | constants.O_CREAT | constants.O_APPEND,
    0o640,
  )
  if (read.value.tornBytes > 0) await file.truncate(read.value.wholeBytes)
  await syncDirectory(directory)
  const journal = writer(file, options, [...read.value.lines])
  if (read.value.tornBytes > 0) await journal.append({ kind: 'journal.recovered', droppedBytes: read.value.tornBytes })
  return { ok: true, value: { journal } }
}

type Waiting = {
  readonly events: readonly RunEvent[]
  readonly actor: Actor
  readonly done: PromiseWithResolvers<readonly Line[]>
}

function writer(file: FileHandle, options: JournalOptions, lines: Line[]): Journal {
  const listeners: ((lines: readonly Line[]) => void)[] = []
  let waiting: Waiting[] = []
  let writing: Promise<void> | null = null
  let failure: JournalFailed | null = null

  /** Appends that arrive while one is being synced go to disk together with the next. */
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await commit(batch)
    }
    writing = null
  }
  const commit = async (batch: readonly Waiting[]): Promise<void> => {
    const sealed = seal(batch, options, lines.at(-1))
    try {
      if (failure !== null) throw failure
      if (sealed.flat().length > 0) await writeAll(file, lineBytes(sealed.flat()))
    } catch (error) {
      // A descriptor whose fsync failed may have lost pages for good: it is never tried again.
      failure ??= new JournalFailed(cannotWrite(options.directory, error))
      for (const { done } of batch) done.reject(failure)
      return
    }
    lines.push(...sealed.flat())
    for (const listener of listeners) listener(sealed.flat())
    for (const [index, { done }] of batch.entries()) done.resolve(sealed[index] ?? [])
  }
  const appendAll: Journal['appendAll'] = (events, actor = options.actor) => {
    const done = Promise.withResolvers<readonly Line[]>()
    waiting.push({ events, actor, done })
    writing ??= drain()
    return done.promise
  }
  const append: Journal['append'] = async (event, actor) => only(await appendAll([event], actor))
  const begin: Journal['begin'] = async ({ id, command, repeat }, attempt, epoch, who, stillOurs) => {
    await checkSpace(options.directory)
    const commandHash = options.hash(canonical(command))
    const line = await append({ kind: 'step.begun', step: id, attempt, command, commandHash, repeat, epoch })
    return { line, permit: makePermit(command, { run: options.run, step: id, attempt, epoch, who, stillOurs }) }
  }
  const close = async (): Promise<void> => {
    await writing
    await file.close()
  }
  return { lines, append, appendAll, begin, onDurable: listener => listeners.push(listener), close }
}

function seal(
  batch: readonly Waiting[],
  options: JournalOptions,
  last: Line | undefined,
): readonly (readonly Line[])[] {
  let prev = last?.h ?? chainStart
  let seq = last?.seq ?? 0
  return batch.map(({ events, actor }) =>
    events.map(event => {
      seq += 1
      const { run, boot } = options
      const line = sealLine(
        {
          v: 1,
          seq,
          ts: options.now().toISOString(),
          mono: options.mono(),
          boot,
          run,
          actor,
          event: options.mask(event),
        },
        prev,
        options.hash,
      )
      prev = line.h
      return line
    }),
  )
}

async function writeAll(file: FileHandle, text: string): Promise<void> {
  await file.writeFile(text)
  await file.datasync()
}

async function checkSpace(directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  if (bavail * bsize < reserveBytes) throw new JournalFailed(diskLow(directory, bavail * bsize))
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function only(lines: readonly Line[]): Line {
  const [line] = lines
  if (line === undefined) throw new Error('an append of one event wrote no line')
  return line
}
