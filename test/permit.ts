import type { ActCommand } from '../src/state/command.ts'
import { makePermit, type PermitFacts } from '../src/runners/journal/permit.ts'
import type { Permit } from '../src/targets/permit.ts'

/** As the journal makes one, for a run that nobody takes over. */
export function permitOf(command: ActCommand, facts: Partial<PermitFacts> = {}): Permit {
  const ours = async (): Promise<null> => null
  return makePermit(command, { run: 'r1', step: 's', attempt: 1, epoch: 1, who: 'ana', stillOurs: ours, ...facts })
}
