import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readLines } from '../state/chain.ts'
import type { Line } from '../state/event.ts'
import type { Fault, Result } from '../state/fault.ts'
import { replay } from '../state/reduce.ts'
import type { RunState } from '../state/run-state.ts'
import { sha256 } from './sha256.ts'

/** A run by its journal alone, whoever wrote it. Damage is a fault; `watch` shows what stands before it. */
export async function readJournalOf(
  directory: string,
): Promise<Result<{ readonly lines: readonly Line[]; readonly state: RunState }>> {
  const bytes = await readFile(join(directory, 'journal.jsonl')).catch(() => null)
  if (bytes === null) return { ok: false, fault: unreadable(directory) }
  const read = readLines(bytes, sha256)
  if (read.damage !== null) return { ok: false, fault: damaged(directory, read.damage.line, read.damage.why) }
  return { ok: true, value: { lines: read.lines, state: replay(read.lines) } }
}

function unreadable(directory: string): Fault {
  return {
    code: 'run.unreadable',
    what: `The journal in ${directory} cannot be read`,
    means: 'Nothing was touched.',
    next: 'Look at its owner and rights, or name another run: astern runs',
  }
}

function damaged(directory: string, line: number, why: string): Fault {
  return {
    code: 'journal.damaged',
    what: `Line ${line} of ${directory}/journal.jsonl is damaged: ${why}`,
    means: 'The lines before it can be read; nothing acts on this run any more.',
    next: `Read it with: astern watch ${directory.split('/').at(-1) ?? ''}`,
  }
}
