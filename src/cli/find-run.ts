import { asternHome, findRuns, type FoundRun } from '../client/home.ts'
import { join } from 'node:path'
import type { Lock } from '../state/facts.ts'
import type { Fault, Result } from '../state/fault.ts'
import { exists } from './files.ts'
import type { Flags } from './flags.ts'

/** The directory of a named run, of the live one, or of the newest in this home. */
export async function findRun(flags: Flags, run: string | undefined): Promise<Result<string>> {
  const home = asternHome(process.env)
  if (run !== undefined) {
    const here = join(home, 'runs', run)
    if (await exists(here)) return { ok: true, value: here }
  }
  const live = flags.config !== undefined || (await exists('astern.yaml')) ? await lockAtHosts(flags) : null
  if (live !== null && (run === undefined || live.run === run)) return { ok: true, value: live.directory }
  const [newest] = run === undefined ? await findRuns(home) : ([] as FoundRun[])
  if (newest !== undefined) return { ok: true, value: newest.directory }
  return { ok: false, fault: noRun(run, home) }
}

/** Loaded only where it is needed: whoever names a run sits in front of its screen all the sooner. */
async function lockAtHosts(flags: Flags): Promise<Lock | null> {
  const { openEnvironment } = await import('./environment.ts')
  const { liveRun } = await import('./live-run.ts')
  const environment = await openEnvironment(flags)
  return environment === null ? null : liveRun(environment)
}

function noRun(run: string | undefined, home: string): Fault {
  return {
    code: 'run.not-found',
    what: run === undefined ? `There is no run in ${home}` : `There is no run ${run} in ${home}`,
    means: 'Nothing was touched.',
    next: 'List them with: astern runs. A run in another home is found with --config FILE while it is live.',
  }
}
