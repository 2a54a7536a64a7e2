import { mkdir, open, rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { drillIds } from '../state/drill/prefix.ts'

/** A reader finds the old file or the new one, never half of one. */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  const file = await open(partial, 'w', mode)
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(partial, path)
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Into the report directory of a run, whole or not at all; gives its place below the run's directory. */
export async function writeReport(directory: string, name: string, text: string): Promise<string> {
  // Whoever meets it elsewhere has to see it before they open it.
  const isMarked = name.startsWith(drillIds) || !basename(directory).startsWith(drillIds)
  const file = isMarked ? name : `${drillIds}${name}`
  await mkdir(join(directory, 'report'), { recursive: true, mode: 0o750 })
  await writeWhole(join(directory, 'report', file), text, 0o640)
  return join('report', file)
}
