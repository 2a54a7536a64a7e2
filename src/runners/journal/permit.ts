import type { ActCommand } from '../../state/command.ts'
import { canonical } from '../../state/json.ts'
import type { Permit } from '../../targets/permit.ts'

export type PermitFacts = Pick<Permit, 'run' | 'step' | 'attempt' | 'epoch' | 'who' | 'stillOurs'>

/** Called by the journal alone, once the intent is on disk. The one place where a permit comes into being. */
export function makePermit(command: ActCommand, facts: PermitFacts): Permit {
  const bound = canonical(command)
  let spent = false
  const spend = (offered: ActCommand): void => {
    if (spent) throw new Error(`permit for ${facts.step}, attempt ${facts.attempt}, was spent already`)
    if (canonical(offered) !== bound) throw new Error(`permit for ${facts.step} was made for another command`)
    spent = true
  }
  return { ...facts, spend } as Permit
}
