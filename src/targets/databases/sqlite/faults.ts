import { describe, type DatabaseCommand } from '../../../state/command.ts'
import type { Fault } from '../../../state/fault.ts'
import { oneLine } from '../../../state/text.ts'
import type { Reply } from './protocol.ts'

type Failure = Extract<Reply, { ok: false }>

const words: Readonly<Record<Failure['reason'], readonly [what: string, next: string]>> = {
  missing: ['is not there', 'Correct the file in astern.yaml, or mount the disk it is on.'],
  busy: ['is locked by another writer', 'Look who writes to it (a service that was not stopped?), then retry.'],
  constraint: ['refuses it: a constraint does not hold', 'Look at the rows it names, then retry or undo.'],
  full: ['cannot grow: the disk is full', 'Make room, then retry.'],
  corrupt: ['is damaged, or is no SQLite database', 'Do not write to it. Restore from the safety copy.'],
  readonly: ['may only be read', 'Look at the rights of the file and of its directory.'],
  orphans: ['would hold rows that refer to nothing', 'Look at the statement and the rows; reverse by hand if need be.'],
  other: ['refuses it', 'Read the detail; correct and retry, or undo.'],
}

export function databaseFault(name: string, failure: Failure, means: string): Fault {
  const [what, next] = words[failure.reason]
  return {
    code: `database.${failure.reason}`,
    what: `Database ${name} ${what}`,
    means,
    next,
    detail: oneLine(failure.text),
  }
}

export function childGone(name: string): Fault {
  return {
    code: 'database.child-gone',
    what: `The process at work on database ${name} ended before it answered`,
    means: 'Whether its statement was committed is found out by looking.',
    next: 'Retry: it is looked at first, and not done twice.',
  }
}

/** A plan for a file has no such step; one that was made for another kind of database is not carried out on it. */
export function notForFiles(name: string, command: DatabaseCommand): Fault {
  return {
    code: 'database.not-for-files',
    what: `Database ${name} is a file, which cannot be asked to ${describe(command)}`,
    means: 'Nothing was done.',
    next: 'Skip this step with that reason.',
  }
}
