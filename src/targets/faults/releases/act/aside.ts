import { lstat, rename, rmdir } from 'node:fs/promises'
import type { Fault } from '../../../../state/fault.ts'
import { isThere } from './is-there.ts'
import { occupied } from './words.ts'

/** What was moved before stays moved. */
export async function moveAside(path: string, aside: string): Promise<Fault | null> {
  if (!(await isThere(aside))) await rename(path, aside)
  return null
}

/** Nothing is written over: what stands in its place by now is somebody's, unless it is empty. */
export async function moveBack(path: string, aside: string): Promise<Fault | null> {
  if (!(await isThere(aside))) return null
  if (await isThere(path)) {
    if (!(await lstat(path)).isDirectory()) return occupied(path, aside)
    const empty = await rmdir(path).then(
      () => true,
      () => false,
    )
    if (!empty) return occupied(path, aside)
  }
  await rename(aside, path)
  return null
}
