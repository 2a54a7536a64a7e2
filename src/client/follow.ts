import { watch } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { LineReader } from '../state/chain.ts'
import type { Line } from '../state/event.ts'
import { sha256 } from './sha256.ts'

export type FollowOptions = {
  readonly onLines: (lines: readonly Line[]) => void
  /** Said once; no line comes after it. */
  readonly onDamage: (why: string) => void
  readonly signal: AbortSignal
}

const pollMs = 200
const chunkBytes = 1024 * 1024

/** Reads a run's journal from its start and goes on as it grows, needing nothing but the right to read. */
export async function followJournal(directory: string, { onLines, onDamage, signal }: FollowOptions): Promise<void> {
  const path = join(directory, 'journal.jsonl')
  const reader = new LineReader(sha256)
  const wake = openWake(directory, signal)
  let position = 0
  // Held open: each look costs as few turns of the loop as it can, which counts where the machine has none to spare.
  let file: FileHandle | null = null
  try {
    while (!signal.aborted) {
      file ??= await open(path, 'r').catch(() => null)
      if (file !== null) position = await readOn(file, position, reader, onLines)
      if (reader.damage !== null)
        return onDamage(`line ${reader.damage.line} of the journal is damaged: ${reader.damage.why}`)
      await wake()
    }
  } finally {
    await file?.close()
  }
}

async function readOn(
  file: FileHandle,
  from: number,
  reader: LineReader,
  onLines: FollowOptions['onLines'],
): Promise<number> {
  let position = from
  const { size } = await file.stat()
  if (size === position) return position
  if (size < position) {
    // A restarted engine cut a torn tail off.
    reader.forgetTail()
    position = reader.wholeBytes
  }
  const buffer = Buffer.alloc(Math.min(chunkBytes, Math.max(1, size - position)))
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) return position
    position += bytesRead
    const lines = reader.push(new Uint8Array(buffer.subarray(0, bytesRead)))
    if (lines.length > 0) onLines(lines)
    if (reader.damage !== null) return position
  }
}

/** The next change of the directory, or a poll's length where the file system does not tell of changes. */
function openWake(directory: string, signal: AbortSignal): () => Promise<void> {
  let changed = false
  let ring = (): void => undefined
  const notice = (): void => {
    changed = true
    ring()
  }
  signal.addEventListener('abort', () => ring(), { once: true })
  try {
    const watcher = watch(directory, { signal, persistent: false }, notice)
    watcher.on('error', () => watcher.close())
  } catch {
    // No watching here: the poll does.
  }
  return () => {
    if (changed) {
      changed = false
      return Promise.resolve()
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, pollMs)
    ring = resolve
    return promise.finally(() => {
      clearTimeout(timer)
      changed = false
    })
  }
}
