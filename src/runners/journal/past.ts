import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readLines } from '../../state/chain.ts'
import type { Line, RunEvent } from '../../state/event.ts'
import type { Manifest } from '../../state/manifest.ts'
import { tookIn, type Past } from '../../state/past.ts'
import { sha256 } from './read.ts'

export type PastJournal = { readonly run: string; readonly lines: readonly Line[] }

export type Asked = {
  /** Drills are another class, and so another environment. */
  readonly environment: Manifest['environment']
  /** It is played in a drill: what faults on purpose made of a run says nothing of one in earnest. Left out: it is in earnest. */
  readonly isPlayed?: boolean
  /** The run that asks. */
  readonly except?: string
  /** Errands of that name as well: answers are given in one of their own once a run is over. */
  readonly errands?: string
}

export type Limits = { readonly runs: number; readonly ms: number; readonly bytes: number }

/** A person waits for the plan: newer runs tell more, and a run that filled megabytes tells no more than another. */
export const limits: Limits = { runs: 20, ms: 200, bytes: 16 * 1024 * 1024 }

/**
 * The newest journals of an environment below `runs`, newest first, looked at only, and for `limits` at most. What cannot be read to
 * its end is left out, and said; nobody waits for it.
 */
export async function pastJournals(
  runs: string,
  asked: Asked,
  { runs: most, ms, bytes: mostBytes }: Limits = limits,
): Promise<{ readonly journals: readonly PastJournal[]; readonly notRead: readonly string[] }> {
  const began = performance.now()
  const journals: PastJournal[] = []
  const notRead: string[] = []
  for (const { run, bytes } of await newest(runs)) {
    if (run === asked.except) continue
    if (journals.length === most) break
    if (performance.now() - began > ms) {
      notRead.push(`Runs older than ${journals.at(-1)?.run ?? run} were not read: there was no more time for it.`)
      break
    }
    if (bytes > mostBytes) {
      notRead.push(`Run ${run} was not read: its journal has ${Math.round(bytes / 1024 / 1024)} MB.`)
      continue
    }
    const read = await readOne(join(runs, run), asked)
    if (typeof read === 'string') notRead.push(`Run ${run} was not read: ${read}.`)
    else if (read !== null) journals.push({ run, lines: read })
  }
  return { journals, notRead }
}

/** What the steps of earlier runs took. */
export async function readPast(runs: string, asked: Asked): Promise<Past> {
  const { journals, notRead } = await pastJournals(runs, asked)
  return { runs: journals.map(({ run, lines }) => ({ run, took: tookIn(lines) })), notRead }
}

async function newest(runs: string): Promise<readonly { readonly run: string; readonly bytes: number }[]> {
  const names = await readdir(runs).catch(() => [] as string[])
  const found = await Promise.all(
    names.map(async run => {
      const there = await stat(join(runs, run, 'journal.jsonl')).catch(() => null)
      return there === null ? [] : [{ run, bytes: there.size, at: there.mtimeMs }]
    }),
  )
  return found.flat().sort((a, b) => b.at - a.at || (a.run < b.run ? 1 : -1))
}

/** Null: it is of another environment, or no run of this kind. A text: why it cannot be read. */
async function readOne(directory: string, asked: Asked): Promise<readonly Line[] | string | null> {
  const bytes = await readFile(join(directory, 'journal.jsonl')).catch(() => null)
  if (bytes === null) return 'this account may not read its journal'
  const opened = openedBy(bytes)
  if (opened === null) return 'its journal does not begin as one does'
  if (opened.environment !== asked.environment.name || opened.class !== asked.environment.class) return null
  if (opened.purpose.kind === 'drill') return null
  if (opened.purpose.kind === 'errand') {
    if (opened.purpose.what !== asked.errands) return null
  } else if ((opened.drill !== undefined) !== (asked.isPlayed === true)) return null
  const { lines, damage } = readLines(bytes, sha256)
  return damage === null ? lines : `line ${damage.line} of its journal is damaged`
}

/** Its first line says whose it is, before the others are read. */
function openedBy(bytes: Buffer): Extract<RunEvent, { kind: 'run.opened' }> | null {
  try {
    const { event } = JSON.parse(bytes.subarray(0, bytes.indexOf('\n')).toString('utf8')) as Line
    return event.kind === 'run.opened' && 'kind' in event.purpose ? event : null
  } catch {
    return null
  }
}
