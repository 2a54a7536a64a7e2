import { open } from 'node:fs/promises'
import { oneLine, plain } from '../../../state/text.ts'
import type { Place } from './layout.ts'

const tailBytes = 64 * 1024

/** The last lines of the log that read like errors, repeated ones folded to where they came last, newest last. */
export async function errorsOf(place: Place, lines: number): Promise<readonly string[]> {
  const found = new Map<string, { readonly line: string; readonly times: number }>()
  for (const raw of (await tailOf(place.log, 0)).split('\n')) {
    if (!/error|fatal|exception|panic/i.test(raw) || /^\s+at /.test(raw)) continue
    const line = oneLine(raw)
    const key = untimed(line)
    const times = (found.get(key)?.times ?? 0) + 1
    found.delete(key)
    found.set(key, { line, times })
  }
  return [...found.values()].slice(-lines).map(({ line, times }) => (times === 1 ? line : `${line} (${times} times)`))
}

/** The last words written after `from`, on one line; empty: none. */
export async function lastWords(place: Place, from: number): Promise<string> {
  const lines = plain(await tailOf(place.log, from))
    .trim()
    .split('\n')
  return oneLine(lines.slice(-4).join(' | '), 400)
}

export async function logSize(place: Place): Promise<number> {
  const file = await open(place.log, 'r').catch(() => null)
  if (file === null) return 0
  try {
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

/** What was written after `from`, at most the last 64 KiB of it. */
async function tailOf(path: string, from: number): Promise<string> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return ''
  try {
    const { size } = await file.stat()
    const start = Math.max(from, size - tailBytes, 0)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(tailBytes), 0, tailBytes, start)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}

/** Two lines that differ in when they were written, and not in what they say, are one. */
function untimed(line: string): string {
  return line.replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\b\d{13}\b/g, '')
}
