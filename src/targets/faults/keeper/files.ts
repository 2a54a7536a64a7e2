import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault, Result } from '../../../state/fault.ts'
import { systemWords } from '../../services/releases/faults.ts'
import { keptEnding, keptName, parseKept, type Kept } from './kept.ts'

export type KeptFile = { readonly path: string; readonly kept: Kept }

/** Null: it is not there. */
export async function readKept(path: string): Promise<Result<Kept | null>> {
  try {
    const kept = parseKept(await readFile(path, 'utf8'))
    return kept === null ? { ok: false, fault: damaged(path) } : { ok: true, value: kept }
  } catch (error) {
    return isMissing(error) ? { ok: true, value: null } : { ok: false, fault: unreadable(path, systemWords(error)) }
  }
}

/** Every fault that has its file in that directory. */
export async function keptIn(place: string): Promise<readonly Result<KeptFile>[]> {
  try {
    const names = (await readdir(place)).filter(name => name.endsWith(keptEnding)).sort()
    const found = await Promise.all(
      names.map(async (name): Promise<readonly Result<KeptFile>[]> => {
        const path = join(place, name)
        const read = await readKept(path)
        if (!read.ok) return [read]
        return read.value === null ? [] : [{ ok: true, value: { path, kept: read.value } }]
      }),
    )
    return found.flat()
  } catch (error) {
    return isMissing(error) ? [] : [{ ok: false, fault: unreadable(place, systemWords(error)) }]
  }
}

/** Where the file of a fault lies, of all places it may lie in; null: in none. */
export async function findKept(
  places: readonly string[],
  run: string,
  inject: string,
): Promise<Result<KeptFile | null>> {
  for (const place of places) {
    const path = join(place, keptName(run, inject))
    const read = await readKept(path)
    if (!read.ok) return read
    if (read.value !== null) return { ok: true, value: { path, kept: read.value } }
  }
  return { ok: true, value: null }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

function damaged(path: string): Fault {
  return {
    code: 'fault.damaged',
    what: `${path} is not what a keeper of a drill's fault writes there`,
    means: 'A fault may be there that nobody knows enough of to take it away.',
    next: 'Its name begins with the run of the drill: look there what it was. Take it away by hand, then remove the file.',
  }
}

function unreadable(path: string, why: string): Fault {
  return {
    code: 'fault.unreadable',
    what: `${path} cannot be read: ${why}`,
    means: 'Whether a fault of a drill is there is not known.',
    next: 'Put its rights right, and look again.',
  }
}
