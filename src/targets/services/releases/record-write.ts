import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { RecordCommand } from '../../../state/command.ts'
import type { Freeze, LedgerEntry, Lock } from '../../../state/facts.ts'
import type { Fault } from '../../../state/fault.ts'
import type { Json } from '../../../state/json.ts'
import { flockFile } from '../../flock.ts'
import type { Outcome } from '../../outcome.ts'
import type { Permit, RunContext } from '../../permit.ts'
import { readJson, readRecord, recordFiles, type Refused } from './record.ts'

const patienceMs = 10_000

type Means = { readonly permit: Permit; readonly context: RunContext; readonly now: string }

/** Changes one host's record. One writer at a time, by a lock the kernel releases; every file whole or not at all. */
export async function writeRecord(directory: string, command: RecordCommand, means: Means): Promise<Outcome> {
  means.permit.spend(command)
  try {
    await mkdir(directory, { recursive: true, mode: 0o755 })
    const turn = await flockFile(join(directory, 'writing'), patienceMs, 0o644)
    if (turn === null) return { ok: false, fault: busy(command.host), observed: null }
    try {
      return await change(directory, command, means)
    } finally {
      await turn.close()
    }
  } catch (error) {
    return { ok: false, fault: refusedByDisk(command.host, directory, error), observed: null }
  }
}

async function change(directory: string, command: RecordCommand, { permit, context, now }: Means): Promise<Outcome> {
  const path = (name: keyof typeof recordFiles): string => join(directory, recordFiles[name])
  switch (command.kind) {
    case 'lock.take': {
      const lock: Lock = {
        environment: context.environment,
        run: context.run,
        who: permit.who,
        on: hostname(),
        since: now,
        reason: command.reason,
        directory: context.directory,
      }
      return takeLock(directory, command.host, lock)
    }
    case 'lock.release': {
      const held = await readJson<Lock | null>(path('lock'), null)
      if (held?.run === context.run) await rm(path('lock'), { force: true })
      return done('the lock is given back')
    }
    case 'freeze.set': {
      const freeze: Freeze = { since: now, by: permit.who, run: context.run, reason: command.reason }
      await writeJson(path('freeze'), freeze)
      return done('frozen')
    }
    case 'freeze.lift':
      await rm(path('freeze'), { force: true })
      return done('the freeze is lifted')
    case 'ledger.add': {
      const ledger = await readJson<readonly LedgerEntry[]>(path('ledger'), [])
      await writeJson(path('ledger'), [
        ...ledger.filter(({ version }) => version !== command.entry.version),
        command.entry,
      ])
      return done(`${command.entry.version} is recorded`)
    }
    case 'ledger.refuse': {
      const refused = await readJson<readonly Refused[]>(path('refused'), [])
      const { version, digests } = command
      await writeJson(path('refused'), [
        ...refused.filter(other => other.version !== version),
        { version, digests, run: context.run, since: now },
      ])
      await markGood(path('ledger'), version, false)
      return done(`${version} is refused until a person clears it`)
    }
    case 'ledger.clear': {
      const refused = await readJson<readonly Refused[]>(path('refused'), [])
      await writeJson(
        path('refused'),
        refused.filter(({ version }) => version !== command.version),
      )
      await markGood(path('ledger'), command.version, true)
      return done(`${command.version} may be deployed again`)
    }
  }
}

/** `link` makes the whole file appear under its name at once, or fails because another's is there. */
async function takeLock(directory: string, host: string, lock: Lock): Promise<Outcome> {
  const target = join(directory, recordFiles.lock)
  const own = join(directory, `lock.${lock.run}.${process.pid}`)
  await writeFileDurably(own, JSON.stringify(lock))
  try {
    await link(own, target)
    return done('the lock is taken')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    const record = await readRecord(directory, host)
    const holder = record.ok ? record.value.lock : null
    if (holder?.run === lock.run) return done('the lock was taken by this run before')
    return { ok: false, fault: held(host, holder), observed: (holder ?? null) as Json }
  } finally {
    await rm(own, { force: true })
  }
}

async function markGood(path: string, version: string, good: boolean): Promise<void> {
  const ledger = await readJson<readonly LedgerEntry[]>(path, [])
  if (ledger.some(entry => entry.version === version))
    await writeJson(
      path,
      ledger.map(entry => (entry.version === version ? { ...entry, good } : entry)),
    )
}

async function writeJson(path: string, value: unknown): Promise<void> {
  const partial = `${path}.partial`
  await writeFileDurably(partial, `${JSON.stringify(value, null, 2)}\n`)
  await rename(partial, path)
}

/** 0644: the record holds no secret, and a watcher with the right to look must be able to read it. */
async function writeFileDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o644)
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
}

function done(says: string): Outcome {
  return { ok: true, observed: null, says }
}

function held(host: string, lock: Lock | null): Fault {
  const by =
    lock === null ? 'another run' : `run ${lock.run} of ${lock.who} on ${lock.on}, since ${lock.since} (${lock.reason})`
  const run = lock?.run ?? 'RUN'
  return {
    code: 'lock.held',
    what: `The environment is held on ${host} by ${by}`,
    means: 'Two rollbacks of one environment at once would undo each other. Nothing was done.',
    next: `Look on with: astern watch ${run}. Take over with: astern attach ${run}. End it with: astern stop ${run} --reason "..."`,
  }
}

function busy(host: string): Fault {
  return {
    code: 'record.busy',
    what: `Somebody else is writing the record of the environment on ${host}`,
    means: `It was waited for, ${patienceMs / 1000} s. Nothing was changed.`,
    next: 'Try again; if it stays so, look for a stuck astern process on that host.',
  }
}

function refusedByDisk(host: string, directory: string, error: unknown): Fault {
  return {
    code: 'record.not-written',
    what: `The record of the environment on ${host} could not be written`,
    means: 'It stands as before.',
    next: `Look at the rights and the space of ${directory}, then retry.`,
    detail: error instanceof Error ? error.message : String(error),
  }
}
