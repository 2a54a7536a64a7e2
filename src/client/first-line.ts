import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Line } from '../state/event.ts'

/** How a run begins, without the rest of its journal. Null: it never began, or it is somebody else's. */
export async function firstLine(directory: string): Promise<Line | null> {
  const lines = createInterface({ input: createReadStream(join(directory, 'journal.jsonl')) })
  try {
    for await (const line of lines) return JSON.parse(line) as Line
    return null
  } catch {
    return null
  } finally {
    lines.close()
  }
}
