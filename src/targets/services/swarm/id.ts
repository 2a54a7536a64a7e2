import type { Result } from '../../../state/fault.ts'
import type { Engine } from '../docker/engine.ts'
import { noManager } from './faults.ts'

/** Of the Swarm and not of the manager: its record is one, whichever manager is asked. */
export async function swarmId(engine: Engine): Promise<Result<string>> {
  const looked = await engine.call(
    'ask for its id',
    docker => docker.swarmInspect() as Promise<{ readonly ID: string }>,
  )
  if (looked.ok) return { ok: true, value: looked.value.ID }
  return looked.status === 503 ? { ok: false, fault: noManager(engine.host, looked.fault) } : looked
}
