import { cp, readlink, realpath, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Fault } from '../../../../state/fault.ts'
import { digestOf } from '../../../services/releases/digest.ts'
import { runningAt } from '../../../services/releases/processes.ts'
import type { Hands } from '../../keeper/hand.ts'
import { moveAside, moveBack } from './aside.ts'
import { isThere } from './is-there.ts'
import { bringBack, stop, type Doer } from './run.ts'

/** A release that is not there any more; and put back. */
export function swapOut({ place }: Doer, release: string, aside: string): Hands {
  const path = join(place.releases, release)
  return {
    put: () => moveAside(path, aside),
    takeBack: async () => {
      // Somebody brought the very release there again: theirs stays, since it may be running by now.
      if ((await isThere(aside)) && (await isThere(path)) && (await isAlike(path, aside))) {
        await rm(aside, { recursive: true })
        return null
      }
      return moveBack(path, aside)
    },
  }
}

async function isAlike(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([digestOf(one), digestOf(other)])
  return first.digest !== null && first.digest === second.digest
}

/** Another release under its name; and what was started of that is started anew, as what it is called. */
export function swapIn(
  doer: Doer,
  { release, instead }: { readonly release: string; readonly instead: string },
  aside: string,
): Hands {
  const { releases } = doer.place
  const path = join(releases, release)
  const copy = `${aside}.instead`
  return {
    put: async () => {
      if (!(await isThere(aside))) {
        await rm(copy, { recursive: true, force: true })
        await cp(join(releases, instead), copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
        await rename(path, aside)
      }
      // Whoever moved it aside may have been killed before this.
      if ((await isThere(copy)) && !(await isThere(path))) await rename(copy, path)
      return null
    },
    takeBack: async () => {
      if (await isThere(aside)) {
        if (await isThere(path)) {
          await rm(copy, { recursive: true, force: true })
          await rename(path, copy)
        }
        await rename(aside, path)
      }
      const fault = (await runsIn(doer, copy)) ? await startAnew(doer) : null
      if (fault === null) await rm(copy, { recursive: true, force: true })
      return fault
    },
  }
}

async function startAnew(doer: Doer): Promise<Fault | null> {
  return (await stop(doer)) ?? bringBack(doer, null)
}

async function runsIn({ place }: Doer, directory: string): Promise<boolean> {
  const running = await runningAt(place)
  if (running === null || !(await isThere(directory))) return false
  const cwd = await readlink(`/proc/${running.pid}/cwd`).catch(() => '')
  return cwd !== '' && !relative(await realpath(directory), cwd).startsWith('..')
}
