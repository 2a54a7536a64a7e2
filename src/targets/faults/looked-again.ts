import { describeFault, type FaultCommand } from '../../state/drill/command.ts'
import type { Probed } from '../../state/facts.ts'
import type { Outcome } from '../outcome.ts'

/** What was done, as the look after it finds it. */
export function lookedAgain(command: FaultCommand, { verdict, observed, says }: Probed): Outcome {
  if (verdict === 'holds') return { ok: true, observed, says }
  const fault = {
    code: 'fault.not-so',
    what: `To ${describeFault(command)} was done, and another look does not find it so: ${says}`,
    means: 'It may have ended by itself meanwhile, or somebody else is at work there.',
    next: 'Look at the target, then try again.',
  }
  return { ok: false, fault, observed }
}
