import { describeFault, type InjectFault } from '../../../../state/drill/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import { systemWords } from '../../../services/releases/faults.ts'

/** What the operating system refuses is a fault like another. */
export async function guarded(injected: InjectFault, work: () => Promise<Fault | null>): Promise<Fault | null> {
  try {
    return await work()
  } catch (error) {
    return refused(injected, systemWords(error))
  }
}

export function refused(injected: InjectFault, why: string): Fault {
  return {
    code: 'fault.refused',
    what: `To ${describeFault(injected)}, or to take that away, was refused: ${why}`,
    means: 'It is not known to be there whole, nor to be gone.',
    next: 'Put that right; taking it away is tried again.',
  }
}

export function takenBack(path: string): Fault {
  return {
    code: 'fault.taken-back',
    what: `The fault was taken away before it was put there (${path})`,
    means: 'Nothing was changed.',
    next: 'Nothing has to be done.',
  }
}

export function notBegun(path: string): Fault {
  return {
    code: 'fault.busy',
    what: `Somebody else is at work on the faults in ${path}`,
    means: 'Nothing was changed.',
    next: 'Try again.',
  }
}

export function noKeeper(injected: InjectFault, why: string): Fault {
  return {
    code: 'fault.no-keeper',
    what: `The keeper that was to ${describeFault(injected)} ${why}`,
    means: 'Whether it is there is found out by looking.',
    next: 'Look whether this machine lets processes be started, then try again.',
  }
}

export function stays(injected: InjectFault): Fault {
  return {
    code: 'fault.keeper-stays',
    what: `The keeper that is to ${describeFault(injected)} belongs to another account, and cannot be told to end`,
    means: 'The fault stays until its time.',
    next: 'Take it away as that account, or wait.',
  }
}
