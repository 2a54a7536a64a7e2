import { fileURLToPath } from 'node:url'
import { launchProcess, type Launched, type Role } from '../client/launch.ts'
import type { Result } from '../state/fault.ts'
import { exitCode } from './exit-codes.ts'
import { ownEnvironment } from './own-environment.ts'
import { tell } from './talk.ts'

/** Starts the engine of a run, or whoever leads a drill; null when it is ready, else the code to exit with, its reason told. */
export async function launch(directory: string, role: Role = 'engine'): Promise<number | null> {
  const launched = await launchAs(role, directory)
  if (launched.ok) return null
  tell(launched.fault)
  return launched.fault.code === 'run.busy' ? exitCode.refused : exitCode.short
}

export function launchAs(role: Role, directory: string, env = ownEnvironment): Promise<Result<Launched>> {
  const entry = fileURLToPath(new URL(`./${role}.js`, import.meta.url))
  return launchProcess({ role, entry, directory, env, deadlineMs: 30_000 })
}
