import type { Command } from './command.ts'
import { writesToDatabase } from './database-command.ts'
import type { RunState } from './run-state.ts'
import { isPast, planSteps } from './steps.ts'

export type LockedOut = { readonly database: string; readonly writers: readonly string[] }

/** Writers that the run has locked out of a database, or may have, and not let in again, by this plan or the one before it. */
export function lockedOut(state: RunState): readonly LockedOut[] {
  const planned = new Map<string, Command>(planSteps(state).map(({ id, command }) => [id, command]))
  const out = new Map<string, readonly string[]>()
  for (const step of Object.values(state.steps).sort((a, b) => a.seq - b.seq)) {
    const command = step.command ?? planned.get(step.id)
    const isThere = step.command !== null || step.status === 'already'
    if (command?.kind === 'database.fence' && isThere && command.writers.length > 0)
      out.set(command.database, command.writers)
    if (command?.kind === 'database.unfence' && (step.status === 'ok' || step.status === 'already'))
      out.delete(command.database)
  }
  return [...out].map(([database, writers]) => ({ database, writers }))
}

/** Some of its statements have run, or may have, and not all: whoever wrote to it now would meet neither schema. */
export function isHalfChanged(state: RunState, database: string): boolean {
  const begun = Object.values(state.steps).some(
    ({ command }) =>
      command !== null && writesToDatabase(command) && 'database' in command && command.database === database,
  )
  const open = planSteps(state).some(
    ({ id, command }) =>
      writesToDatabase(command) && 'database' in command && command.database === database && !isPast(state.steps[id]),
  )
  return begun && open
}

/** What to do about writers that a run which has ended, or will, leaves outside. */
export function lockedOutLines(state: RunState): readonly string[] {
  return lockedOut(state).map(({ database, writers }) => {
    const stands = isHalfChanged(state, database) ? 'stands in the middle of its schema' : 'was not opened again'
    const accounts = writers.map(quoted).join(', ')
    return `${database} ${stands}, and ${writers.join(', ')} are locked out of it. Once it is as it should be: ALTER USER ${accounts} ACCOUNT UNLOCK`
  })
}

/** `shop@%` as a statement has it. */
function quoted(account: string): string {
  const at = account.lastIndexOf('@')
  return [account.slice(0, at), account.slice(at + 1)].map(part => `'${part.replaceAll("'", "''")}'`).join('@')
}
