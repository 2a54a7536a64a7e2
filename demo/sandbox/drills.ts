import { createReadStream, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Line, RunEvent } from '../../src/state/event.ts'

export type Drills = {
  /** Those that are not over, by their journals' last lines. */
  readonly open: () => Promise<readonly string[]>
  /** Resolves once one that is begun from now on is over. */
  readonly untilOneIsOver: (signal: AbortSignal) => Promise<void>
}

const lookMs = 500

/** The drills of a home that are played by one manifest. */
export function drillsOf(home: string, manifest: string): Drills {
  const runs = join(home, 'runs')
  /** Whether it is one, once its first line is there. */
  const known = new Map<string, boolean>()
  const all = async (): Promise<readonly string[]> => {
    const names = namesIn(runs)
    for (const run of names.filter(name => !known.has(name))) {
      const opened = await firstEvent(journalOf(runs, run))
      if (opened === null) continue
      const isRun = opened.kind === 'run.opened'
      known.set(run, isRun && opened.purpose.kind === 'drill' && opened.manifestFile === manifest)
    }
    return names.filter(run => known.get(run) === true)
  }
  const open = async (): Promise<readonly string[]> => {
    const found = await all()
    const closed = await Promise.all(found.map(run => isClosed(journalOf(runs, run))))
    return found.filter((_, index) => closed[index] === false)
  }
  return {
    open,
    untilOneIsOver: async signal => {
      const before = new Set(await all())
      while (!signal.aborted) {
        const still = await open()
        if ((await all()).some(run => !before.has(run) && !still.includes(run))) return
        await new Promise(resolve => setTimeout(resolve, lookMs))
      }
    },
  }
}

function journalOf(runs: string, run: string): string {
  return join(runs, run, 'journal.jsonl')
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

/** Null: it is not written yet. */
async function firstEvent(journal: string): Promise<RunEvent | null> {
  const lines = createInterface({ input: createReadStream(journal) })
  try {
    for await (const text of lines) return (JSON.parse(text) as Line).event
    return null
  } catch {
    return null
  } finally {
    lines.close()
  }
}

async function isClosed(journal: string): Promise<boolean> {
  try {
    const last = (await readFile(journal, 'utf8')).trimEnd().split('\n').at(-1) ?? ''
    return (JSON.parse(last) as Line).event.kind === 'run.closed'
  } catch {
    return false
  }
}
