import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { LineReader } from '../state/chain.ts'
import type { Line } from '../state/event.ts'
import { fold, initialState, reduce } from '../state/reduce.ts'
import { isSignalLine, type SignalLine } from '../state/reduce-signals.ts'
import type { RunState } from '../state/run-state.ts'
import { phaseOf } from '../state/selectors.ts'
import { linesKept } from '../state/store.ts'
import { sha256 } from './sha256.ts'

export type PastReader = {
  /** The run once that line was written, and the last lines up to it; null: there is no such line. */
  readonly at: (seq: number) => Promise<{ readonly run: RunState; readonly lines: readonly Line[] } | null>
  /** The lines that a phase begins with, among the first so many. */
  readonly phases: (of: number) => Promise<readonly number[]>
}

/** The state after `seq` lines, and where in the file the next one begins. */
type Mark = { readonly seq: number; readonly position: number; readonly run: RunState }

/** Lines of one stretch, and the state before every so many of them. */
type Stretch = { readonly until: number; readonly lines: readonly Line[]; readonly runs: readonly RunState[] }

const markEvery = 1000
const runEvery = 50
const stretchesKept = 3
const chunkBytes = 1024 * 1024

/**
 * A run's journal, read again from the file when somebody walks back through it: kept are states at every thousandth line, and the
 * few stretches looked at last. All lines of a long run would be too much to keep for every console.
 */
export function openPast(directory: string): PastReader {
  const path = join(directory, 'journal.jsonl')
  const reader = new LineReader(sha256)
  const marks: Mark[] = [{ seq: 0, position: 0, run: initialState }]
  const begins: number[] = []
  const stretches = new Map<number, Stretch>()
  let run = initialState
  let position = 0

  // Lines that tell of targets are most of them: what they change is folded at one time.
  let signals: SignalLine[] = []
  const settle = (): void => {
    run = fold(run, signals)
    signals = []
  }
  const take = (line: Line): void => {
    if (isSignalLine(line)) signals.push(line)
    else {
      settle()
      const next = reduce(run, line)
      if (begins.length === 0 || isOtherPhase(run, next)) begins.push(line.seq)
      run = next
    }
    if (line.seq % markEvery !== 0) return
    settle()
    marks.push({ seq: line.seq, position: reader.wholeBytes, run })
  }
  const scan = async (file: FileHandle, until: number): Promise<void> => {
    const buffer = Buffer.alloc(chunkBytes)
    while (run.seq < until && reader.damage === null) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
      if (bytesRead === 0) return
      position += bytesRead
      // A line at a time, so that it is known where each one ends.
      for (const piece of piecesOf(buffer.subarray(0, bytesRead))) for (const line of reader.push(piece)) take(line)
      settle()
    }
  }
  const stretchAt = async (file: FileHandle, index: number): Promise<Stretch | null> => {
    const mark = marks[index]
    if (mark === undefined) return null
    const end = marks[index + 1]?.position ?? reader.wholeBytes
    const kept = stretches.get(index)
    const read = kept?.until === end ? kept : await readStretch(file, mark, end)
    stretches.delete(index)
    stretches.set(index, read)
    for (const oldest of [...stretches.keys()].slice(0, -stretchesKept)) stretches.delete(oldest)
    return read
  }
  const opened = async <T>(work: (file: FileHandle) => Promise<T>): Promise<T> => {
    const file = await open(path, 'r')
    return work(file).finally(() => file.close())
  }
  return {
    at: seq =>
      opened(async file => {
        await scan(file, seq)
        const index = Math.floor((seq - 1) / markEvery)
        const stretch = await stretchAt(file, index)
        const within = seq - 1 - index * markEvery
        if (stretch === null || stretch.lines[within] === undefined) return null
        const before = within + 1 < linesKept ? await stretchAt(file, index - 1) : null
        const lines = [...(before?.lines ?? []), ...stretch.lines.slice(0, within + 1)].slice(-linesKept)
        return { run: runAt(stretch, within), lines }
      }),
    phases: of =>
      opened(async file => {
        await scan(file, of)
        return begins.filter(seq => seq <= of)
      }),
  }
}

function* piecesOf(chunk: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < chunk.length; ) {
    const newline = chunk.indexOf(10, start)
    const end = newline === -1 ? chunk.length : newline + 1
    yield chunk.slice(start, end)
    start = end
  }
}

async function readStretch(file: FileHandle, mark: Mark, until: number): Promise<Stretch> {
  const bytes = Buffer.alloc(until - mark.position)
  await file.read(bytes, 0, bytes.length, mark.position)
  const texts = bytes.toString('utf8').split('\n').filter(Boolean)
  // Each was proven against its hash when it was scanned.
  const lines = texts.map(text => JSON.parse(text) as Line)
  const runs: RunState[] = []
  let run = mark.run
  for (let from = 0; from < lines.length; from += runEvery) {
    runs.push(run)
    run = fold(run, lines.slice(from, from + runEvery))
  }
  return { until, lines, runs }
}

function runAt({ lines, runs }: Stretch, within: number): RunState {
  const from = Math.floor(within / runEvery)
  return fold(runs[from] ?? initialState, lines.slice(from * runEvery, within + 1))
}

/** Most lines are of what was seen, and change nothing that a phase is told by. */
function isOtherPhase(before: RunState, after: RunState): boolean {
  const same =
    before.decision === after.decision &&
    before.plan === after.plan &&
    before.steps === after.steps &&
    before.accepted === after.accepted
  return !same && phaseOf(before) !== phaseOf(after)
}
