import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readLines, type Hash, type Read } from '../../state/chain.ts'
import type { Result } from '../../state/fault.ts'
import { errorCode, unreadable } from './faults.ts'

/** A run's journal as it stands; one that is not there yet has no lines. */
export async function readJournal(directory: string, hash: Hash = sha256): Promise<Result<Read>> {
  try {
    return { ok: true, value: readLines(await readFile(join(directory, 'journal.jsonl')), hash) }
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      return { ok: true, value: { lines: [], wholeBytes: 0, tornBytes: 0, damage: null } }
    return { ok: false, fault: unreadable(directory, error) }
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
