import { readJournalOf } from '../client/read-run.ts'
import { isEngineAlive } from '../client/alive.ts'
import { isDrillItself } from './drill/is-drill-itself.ts'
import { exitCode } from './exit-codes.ts'
import { findRun } from './find-run.ts'
import type { Flags } from './flags.ts'
import { take } from './take.ts'
import type { takeOverFrom } from './take-over.ts'
import { tell } from './talk.ts'

/** Takes the helm; where the engine is gone, starts one that looks at what is in doubt before it does anything. */
export async function attach(flags: Flags, run?: string): Promise<number> {
  const found = flags.fromHosts === true ? await fromHosts(flags, run) : await findRun(flags, run)
  if (found === null) return exitCode.usage
  if (!found.ok) {
    tell(found.fault)
    return flags.fromHosts === true ? exitCode.refused : exitCode.usage
  }
  if (await isDrillItself(found.value)) {
    const { facilitateAt } = await import('./drill/facilitate/facilitate.ts')
    return facilitateAt(found.value, flags, 'helm')
  }
  const over = await readJournalOf(found.value)
  if (over.ok && over.value.state.closed === null && !(await isEngineAlive(found.value))) {
    // Starting one is rare, and what it needs is slow to load.
    const { launch } = await import('./launch.ts')
    const code = await launch(found.value)
    if (code !== null) return code
  }
  if (!over.ok) tell(over.fault)
  return take(found.value, flags, over.ok ? 'helm' : 'watch')
}

async function fromHosts(flags: Flags, run: string | undefined): ReturnType<typeof takeOverFrom> {
  const { takeOverFrom: takeOver } = await import('./take-over.ts')
  return takeOver(flags, run)
}
