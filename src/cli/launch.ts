import { fileURLToPath } from 'node:url'
import { launchEngine } from '../client/launch.ts'
import { exitCode } from './exit-codes.ts'
import { ownEnvironment } from './own-environment.ts'
import { tell } from './talk.ts'

/** Starts the engine of a run; null when it is ready, else the code to exit with, its reason told. */
export async function launch(directory: string): Promise<number | null> {
  const entry = fileURLToPath(new URL('./engine.js', import.meta.url))
  const launched = await launchEngine({ entry, directory, env: ownEnvironment, deadlineMs: 30_000 })
  if (launched.ok) return null
  tell(launched.fault)
  return launched.fault.code === 'run.busy' ? exitCode.refused : exitCode.short
}
