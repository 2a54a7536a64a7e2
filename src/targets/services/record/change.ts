import type { RecordChange } from '../../../state/command.ts'
import type { HostRecord, Lock, Recorded } from '../../../state/facts.ts'
import { withRehearsal } from '../../../state/rehearsal.ts'
import { isElsewhere, isOwn } from '../judge-record.ts'

export type Changed =
  | { readonly kind: 'same'; readonly says: string }
  | { readonly kind: 'changed'; readonly record: HostRecord; readonly says: string }
  | { readonly kind: 'held'; readonly lock: Lock }

export type Writer = { readonly lock: Lock; readonly who: string; readonly run: string; readonly now: string }

/** The record as a command leaves it. `writer.lock`: the lock as this run would hold it. */
export function changeRecord(record: HostRecord, command: RecordChange, { lock: own, who, run, now }: Writer): Changed {
  const { ledger, freeze, refused, lock } = record
  const { host } = command
  const to = (part: Partial<HostRecord>, says: string): Changed => ({
    kind: 'changed',
    record: { ...record, ...part },
    says,
  })
  const same = (says: string): Changed => ({ kind: 'same', says })
  switch (command.kind) {
    case 'lock.take':
      if (lock === null) return to({ lock: { ...own, host, reason: command.reason } }, `the lock on ${host} is taken`)
      if (isOwn(lock, own) && !isElsewhere(lock, host)) return same(`the lock on ${host} was taken by this run before`)
      if (lock.run === command.breaks && !isOwn(lock, own))
        return to(
          { lock: { ...own, host, reason: command.reason } },
          `the lock on ${host} is taken over from run ${lock.run}`,
        )
      return { kind: 'held', lock }
    case 'lock.release':
      return isOwn(lock, own)
        ? to({ lock: null }, `the lock on ${host} is given back`)
        : same(`the lock on ${host} was not held by this run`)
    case 'freeze.set':
      return freeze === null
        ? to({ freeze: { since: now, by: who, run, reason: command.reason } }, `${host} is frozen`)
        : same(`${host} was frozen before, by ${freeze.by}`)
    case 'freeze.lift':
      return freeze === null ? same(`${host} was not frozen`) : to({ freeze: null }, `the freeze on ${host} is lifted`)
    case 'ledger.add': {
      const { entry } = command
      const others = ledger.filter(({ version }) => version !== entry.version)
      return to({ ledger: lightened(newest([...others, entry])) }, `${entry.version} is recorded on ${host}`)
    }
    case 'rehearsal.keep': {
      const { rehearsal } = command
      const rehearsals = withRehearsal(record.rehearsals ?? [], rehearsal)
      return to({ rehearsals }, `the rehearsal of ${rehearsal.target} is kept on ${host}`)
    }
    case 'ledger.refuse': {
      const { version, digests } = command
      const others = refused.filter(other => other.version !== version)
      return to(
        { refused: [...others, { version, digests, run, since: now }], ledger: judged(ledger, version, false) },
        `${version} is refused on ${host} until a person clears it`,
      )
    }
    case 'ledger.clear': {
      const { version } = command
      return to(
        { refused: refused.filter(other => other.version !== version), ledger: judged(ledger, version, true) },
        `${version} may be deployed on ${host} again`,
      )
    }
  }
}

function judged(ledger: HostRecord['ledger'], version: string, good: boolean): HostRecord['ledger'] {
  return ledger.map(entry => (entry.version === version ? { ...entry, good } : entry))
}

/** A pipeline records every good deploy for years; what is older than this nobody goes back to. */
const most = 50

export function newest(ledger: HostRecord['ledger']): HostRecord['ledger'] {
  return ledger.slice(-most)
}

/** Configurations take room, and a volume's labels have little: those of the newest few are kept. */
const configured = 5

function lightened(ledger: HostRecord['ledger']): HostRecord['ledger'] {
  return ledger.map((entry, index) =>
    index >= ledger.length - configured
      ? entry
      : { ...entry, services: Object.fromEntries(Object.entries(entry.services).map(withoutConfig)) },
  )
}

function withoutConfig([key, recorded]: [string, Recorded]): readonly [string, Recorded] {
  const { config: _, ...rest } = recorded
  return [key, rest]
}
