import type { RecordChange } from '../../state/command.ts'
import type { HostRecord, Lock, Probed } from '../../state/facts.ts'
import { canonical, type Json } from '../../state/json.ts'
import type { RunContext } from '../permit.ts'

/** Is the record already as the command would leave it? */
export function judgeRecord(record: HostRecord, command: RecordChange, context: RunContext): Probed {
  const { ledger, freeze, refused, lock, rehearsals = [] } = record
  switch (command.kind) {
    case 'lock.take':
      return judged(isOwn(lock, context) && !isElsewhere(lock, command.host), lock, holder(record))
    case 'lock.release':
      return judged(!isOwn(lock, context), lock, holder(record))
    case 'freeze.set':
      return judged(freeze !== null, freeze, frozen(record))
    case 'freeze.lift':
      return judged(freeze === null, freeze, frozen(record))
    case 'ledger.add': {
      const { entry } = command
      const last = ledger.findLast(({ version }) => version === entry.version)
      const is = last !== undefined && canonical(last as unknown as Json) === canonical(entry as unknown as Json)
      return judged(is, null, `${entry.version} is ${is ? '' : 'not '}recorded like this`)
    }
    case 'rehearsal.keep': {
      const wanted = canonical(command.rehearsal as unknown as Json)
      const is = rehearsals.some(one => canonical(one as unknown as Json) === wanted)
      return judged(is, null, `the rehearsal of ${command.rehearsal.target} is ${is ? '' : 'not '}kept`)
    }
    case 'ledger.refuse': {
      const known = ledger.filter(({ version }) => version === command.version)
      const is = refused.some(({ version }) => version === command.version) && known.every(({ good }) => !good)
      return judged(is, null, `${command.version} is ${is ? '' : 'not '}refused`)
    }
    case 'ledger.clear': {
      const is = refused.every(({ version }) => version !== command.version)
      return judged(is, null, `${command.version} is ${is ? 'not ' : ''}refused`)
    }
  }
}

/** The run's, and this bastion's: one that the run was taken over from holds nothing any more. */
export function isOwn(
  lock: Lock | null,
  { run, holder: own }: { readonly run: string; readonly holder?: string },
): boolean {
  return lock !== null && lock.run === run && (lock.holder === undefined || lock.holder === own)
}

/** The same record by another name: what was taken there cannot be taken here as well. */
export function isElsewhere(lock: Lock | null, host: string): boolean {
  return lock?.host !== undefined && lock.host !== host
}

function judged(holds: boolean, observed: unknown, says: string): Probed {
  return { verdict: holds ? 'holds' : 'not yet', observed: (observed ?? null) as Json, says }
}

function holder({ lock }: HostRecord): string {
  if (lock === null) return 'nobody holds the lock'
  return `the lock is held by ${lock.who} on ${lock.on} for run ${lock.run}, since ${lock.since}`
}

function frozen({ freeze }: HostRecord): string {
  return freeze === null ? 'not frozen' : `frozen since ${freeze.since} by ${freeze.by}: ${freeze.reason}`
}
