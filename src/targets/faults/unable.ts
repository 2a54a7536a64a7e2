import type { Inject } from '../../state/drill/scenario.ts'
import type { Fault } from '../../state/fault.ts'

/** Why an inject cannot be done, before the first of them is. */
export function unable({ id }: Inject, what: string, next: string): { readonly ok: false; readonly fault: Fault } {
  const fault = {
    code: 'fault.unable',
    what: `Inject ${id} cannot be done: ${what}`,
    means: 'Nothing was touched.',
    next,
  }
  return { ok: false, fault }
}
