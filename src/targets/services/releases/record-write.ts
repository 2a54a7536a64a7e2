import { chmod, mkdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { RecordChange } from '../../../state/command.ts'
import type { Freeze, HostRecord } from '../../../state/facts.ts'
import type { Fault } from '../../../state/fault.ts'
import type { Json } from '../../../state/json.ts'
import { withRehearsal } from '../../../state/rehearsal.ts'
import type { Outcome } from '../../outcome.ts'
import type { Permit, RunContext } from '../../permit.ts'
import { systemWords } from './faults.ts'
import { heldBy } from '../held-by.ts'
import { isOwn } from '../judge-record.ts'
import { newest } from '../record/change.ts'
import { breakLock, releaseLock, takeLock } from './record-lock.ts'
import { readRecord, recordFiles } from './record.ts'
import { inTurn } from './turn.ts'
import { replaceWhole, syncDirectory } from './write-whole.ts'

export type RecordMeans = { readonly permit: Permit; readonly context: RunContext; readonly now: string }

/** Changes one host's record, in turn; readers need none, because every file is replaced whole. */
export async function writeRecord(directory: string, command: RecordChange, means: RecordMeans): Promise<Outcome> {
  means.permit.spend(command)
  const refused = await foreignLock(directory, command, means)
  if (refused !== null) return refused
  try {
    await makeDirectory(directory)
    const done = await inTurn(directory, command.host, async (): Promise<Outcome> => {
      const before = await readRecord(directory, command.host)
      if (!before.ok) return { ok: false, fault: before.fault, observed: null }
      const outcome = await change(directory, command, before.value, means)
      await syncDirectory(directory)
      return outcome
    })
    return done.ok ? done.value : { ok: false, fault: done.fault, observed: null }
  } catch (error) {
    return { ok: false, fault: notWritten(command.host, directory, systemWords(error)), observed: null }
  }
}

/** Only ever itself: below a root that is not mounted, no record begins. */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory)
    await chmod(directory, 0o755)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/** Whose lock it is can be read where nothing may be written, and is the better answer there. */
async function foreignLock(
  directory: string,
  command: RecordChange,
  { context }: RecordMeans,
): Promise<Outcome | null> {
  if (command.kind !== 'lock.take') return null
  const { host, breaks } = command
  const record = await readRecord(directory, host)
  if (!record.ok) return { ok: false, fault: record.fault, observed: null }
  const { lock } = record.value
  if (lock === null || isOwn(lock, context) || lock.run === breaks) return null
  return { ok: false, fault: heldBy(host, lock, context.run), observed: lock as Json }
}

async function change(
  directory: string,
  command: RecordChange,
  { ledger, freeze, refused, lock, rehearsals = [] }: HostRecord,
  { permit, context, now }: RecordMeans,
): Promise<Outcome> {
  const { host } = command
  const path = (name: keyof typeof recordFiles): string => join(directory, recordFiles[name])
  const judgeVersion = async (version: string, good: boolean): Promise<void> => {
    if (ledger.every(entry => entry.version !== version || entry.good === good)) return
    await replaceWhole(
      path('ledger'),
      ledger.map(entry => (entry.version === version ? { ...entry, good } : entry)),
    )
  }
  switch (command.kind) {
    case 'lock.take': {
      const { environment, run, holder, directory: runDirectory } = context
      const taken = { environment, run, who: permit.who, on: hostname(), since: now, reason: command.reason }
      const own = { ...taken, host, holder, directory: runDirectory }
      return lock !== null && !isOwn(lock, own) && lock.run === command.breaks
        ? breakLock(directory, host, own, lock.run)
        : takeLock(directory, host, own)
    }
    case 'lock.release':
      return releaseLock(directory, host, lock, context)
    case 'freeze.set': {
      if (freeze !== null) return done(`${host} was frozen before, by ${freeze.by}`)
      const frozen: Freeze = { since: now, by: permit.who, run: context.run, reason: command.reason }
      await replaceWhole(path('freeze'), frozen)
      return done(`${host} is frozen`)
    }
    case 'freeze.lift':
      await rm(path('freeze'), { force: true })
      return done(`the freeze on ${host} is lifted`)
    case 'ledger.add': {
      const { entry } = command
      await replaceWhole(path('ledger'), newest([...ledger.filter(({ version }) => version !== entry.version), entry]))
      return done(`${entry.version} is recorded on ${host}`)
    }
    case 'rehearsal.keep':
      await replaceWhole(path('rehearsals'), withRehearsal(rehearsals, command.rehearsal))
      return done(`the rehearsal of ${command.rehearsal.target} is kept on ${host}`)
    case 'ledger.refuse': {
      const { version, digests } = command
      const others = refused.filter(other => other.version !== version)
      await replaceWhole(path('refused'), [...others, { version, digests, run: context.run, since: now }])
      await judgeVersion(version, false)
      return done(`${version} is refused on ${host} until a person clears it`)
    }
    case 'ledger.clear': {
      const { version } = command
      // The refusal goes last: it is what a probe after a crash looks at.
      await judgeVersion(version, true)
      await replaceWhole(
        path('refused'),
        refused.filter(other => other.version !== version),
      )
      return done(`${version} may be deployed on ${host} again`)
    }
  }
}

function done(says: string): Outcome {
  return { ok: true, observed: null, says }
}

export function notWritten(host: string, directory: string, why: string): Fault {
  return {
    code: 'record.not-written',
    what: `The record of the environment on ${host} could not be written: ${why}`,
    means: 'Each of its files stands whole, as before or as wanted.',
    next: `Look at the rights and the space of ${directory}, then retry.`,
  }
}
