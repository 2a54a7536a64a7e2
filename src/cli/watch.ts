import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { asternHome } from '../client/home.ts'
import { openRunIn } from '../client/open-runs.ts'
import { openEnvironment } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import { findRun } from './find-run.ts'
import type { Flags } from './flags.ts'
import { take } from './take.ts'
import { talk, tell } from './talk.ts'
import { watchEnvironment } from './watch-environment.ts'

/** A run, read-only; where none is named and none is open, the environment itself until one is. */
export async function watch(flags: Flags, run?: string): Promise<number> {
  if (run !== undefined) return watchRun(flags, run)
  const home = asternHome(process.env)
  const named = flags.config !== undefined || (await exists('astern.yaml'))
  const open = named ? null : await openRunIn(home, null)
  if (open !== null) return take(open, flags, 'watch')
  const environment = await openEnvironment(flags)
  const here = await openRunIn(home, environment?.manifest.environment.name ?? null)
  if (here !== null) return take(here, flags, 'watch')
  if (environment === null) {
    talk('astern: no run is open in this home, and what is watched without one stands in the configuration.')
    return exitCode.usage
  }
  const opened = await watchEnvironment(environment, flags)
  if (opened === null) return exitCode.reached
  talk(`Run ${basename(opened)} is open now.`)
  return take(opened, flags, 'watch')
}

async function watchRun(flags: Flags, run: string): Promise<number> {
  const found = await findRun(flags, run)
  if (found.ok) return take(found.value, flags, 'watch')
  tell(found.fault)
  return exitCode.usage
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
