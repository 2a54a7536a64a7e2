import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { flockDirectory } from '../../../flock.ts'
import { syncDirectory } from '../../../services/releases/write-whole.ts'
import { keptName, type Kept } from '../kept.ts'

const patienceMs = 10_000
const tries = 3

/** A new one, whole and on disk, before anything is changed. Its directory is there afterwards, but none above its parent. */
export async function beginKept(place: string, kept: Kept): Promise<string> {
  const path = join(place, keptName(kept.run, kept.injected.inject))
  for (let turn = 1; ; turn += 1) {
    await makeOne(dirname(place), 0o755)
    await makeOne(place, 0o700)
    try {
      await replaceKept(path, kept)
      return path
    } catch (error) {
      // Somebody took the last fault away and the empty directory with it.
      if (codeOf(error) !== 'ENOENT' || turn === tries) throw error
    }
  }
}

export async function replaceKept(path: string, kept: Kept): Promise<void> {
  await writeKept(`${path}.partial`, kept)
  await rename(`${path}.partial`, path)
  await syncDirectory(dirname(path))
}

/** Beside its file, for when it is true: then a disk may be full, on which only a name can still be changed. */
export async function prepareThere(path: string, kept: Kept): Promise<void> {
  await writeKept(thereOf(path), { ...kept, there: true })
}

export async function sayThere(path: string): Promise<void> {
  await rename(thereOf(path), path)
  await syncDirectory(dirname(path))
}

/** The last of a fault. The directory goes with the last of them. */
export async function removeKept(path: string): Promise<void> {
  for (const file of [thereOf(path), `${path}.partial`, path]) await rm(file, { force: true })
  await rmdir(dirname(path)).catch((error: unknown) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) throw error
  })
}

/** One at a time: whoever takes a fault up, and whoever takes away what nobody has taken up. */
export async function inTurn<T>(place: string, work: () => Promise<T>): Promise<T | 'busy'> {
  const turn = await flockDirectory(place, patienceMs)
  if (turn === null) return 'busy'
  try {
    return await work()
  } finally {
    await turn.close()
  }
}

function thereOf(path: string): string {
  return `${path}.there`
}

async function writeKept(path: string, kept: Kept): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(kept, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function makeOne(directory: string, mode: number): Promise<void> {
  await mkdir(directory, { mode }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
