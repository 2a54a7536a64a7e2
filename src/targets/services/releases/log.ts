import { open } from 'node:fs/promises'
import { oneLine, plain } from '../../../state/text.ts'
import { errorLines } from '../error-lines.ts'
import type { Place } from './layout.ts'

const tailBytes = 64 * 1024

export async function errorsOf(place: Place, lines: number): Promise<readonly string[]> {
  return errorLines(await tailOf(place.log, 0), lines)
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
