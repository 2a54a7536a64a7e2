import { basename } from 'node:path'
import { asternHome } from '../client/home.ts'
import { openRunIn } from '../client/open-runs.ts'
import { isDrillItself } from './drill/is-drill-itself.ts'
import { exitCode } from './exit-codes.ts'
import { findRun } from './find-run.ts'
import type { Flags } from './flags.ts'
import { take } from './take.ts'
import { exists } from './files.ts'
import { talk, tell } from './talk.ts'

/** A run, read-only; where none is named and none is open, the environment itself until one is. */
export async function watch(flags: Flags, run?: string): Promise<number> {
  if (run !== undefined) return watchRun(flags, run)
  const home = asternHome(process.env)
  const named = flags.config !== undefined || (await exists('astern.yaml'))
  const open = named ? null : await openRunIn(home, null)
  if (open !== null) return take(open, flags, 'watch')
  // Loaded only where it is needed: whoever names a run sits in front of its screen all the sooner.
  const { openEnvironment } = await import('./environment.ts')
  const environment = await openEnvironment(flags)
  const here = await openRunIn(home, environment?.manifest.environment.name ?? null)
  if (here !== null) return take(here, flags, 'watch')
  if (environment === null) {
    talk('astern: no run is open in this home, and what is watched without one stands in the configuration.')
    return exitCode.usage
  }
  const { watchEnvironment } = await import('./watch-environment.ts')
  const opened = await watchEnvironment(environment, flags)
  if (typeof opened === 'number') return opened
  talk(`Run ${basename(opened)} is open now.`)
  return take(opened, flags, 'watch')
}

async function watchRun(flags: Flags, run: string): Promise<number> {
  const found = await findRun(flags, run)
  if (found.ok) {
    if (!(await isDrillItself(found.value))) return take(found.value, flags, 'watch')
    const { facilitateAt } = await import('./drill/facilitate/facilitate.ts')
    return facilitateAt(found.value, flags, 'watch')
  }
  tell(found.fault)
  return exitCode.usage
}
