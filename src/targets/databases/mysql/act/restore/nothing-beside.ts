import type { Fault } from '../../../../../state/fault.ts'

export function nothingBeside(name: string): Fault {
  return {
    code: 'database.nothing-beside',
    what: `Nothing proven stands beside database ${name}`,
    means: 'There is nothing to change places with. Nothing was done.',
    next: 'Retry the steps that load the backup and prove it.',
  }
}
