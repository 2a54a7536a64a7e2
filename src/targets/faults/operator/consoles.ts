import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Line } from '../../../state/event.ts'
import { isAlive, type ProcessId } from '../../process-id.ts'

/** A console as it says of itself below the home: in consoles/<run>/<pid>. */
export type ConsoleFile = ProcessId & { readonly role: 'helm' | 'watch' }

/** Of whoever plays: at the helm of a run that was opened in this drill, and there now. */
export async function consolesOf(home: string, drill: string): Promise<readonly ProcessId[]> {
  const consoles = join(home, 'consoles')
  const found: ProcessId[] = []
  for (const run of await readdir(consoles).catch(() => [])) {
    if ((await drillOf(join(home, 'runs', run))) !== drill) continue
    for (const name of await readdir(join(consoles, run)).catch(() => [])) {
      const console = parse(await readFile(join(consoles, run, name), 'utf8').catch(() => ''))
      if (console?.role === 'helm' && isAlive(console)) found.push(console)
    }
  }
  return found
}

/** Only ever the very process: a number that passed on to another is left alone. */
export function tell(console: ProcessId, signal: 'SIGKILL' | 'SIGHUP'): void {
  if (!isAlive(console)) return
  try {
    process.kill(console.pid, signal)
  } catch {
    // It has left just now, or is another account's.
  }
}

/** By the first line of its journal. */
async function drillOf(directory: string): Promise<string | null> {
  const lines = createInterface({ input: createReadStream(join(directory, 'journal.jsonl')) })
  try {
    for await (const line of lines) {
      const { event } = JSON.parse(line) as Line
      return event.kind === 'run.opened' ? (event.drill?.run ?? null) : null
    }
    return null
  } catch {
    return null
  } finally {
    lines.close()
  }
}

function parse(text: string): ConsoleFile | null {
  try {
    return JSON.parse(text) as ConsoleFile
  } catch {
    return null
  }
}
