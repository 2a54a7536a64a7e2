import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { RecordCommand } from '../../../../state/command.ts'
import type { HostRecord } from '../../../../state/facts.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Json } from '../../../../state/json.ts'
import type { Outcome } from '../../../outcome.ts'
import type { Permit, RunContext } from '../../../permit.ts'
import { heldBy } from '../../held-by.ts'
import type { Engine } from '../engine.ts'
import { readNumbered, recordLabels, volumeName, type Numbered } from '../record.ts'
import { changeRecord } from '../record-change.ts'

/** Older versions kept beside the newest, for a person to look at. */
const kept = 2
const turns = 50

export type RecordMeans = { readonly permit: Permit; readonly context: RunContext; readonly now: string }

/** Reads, changes, and writes under the next number; whoever comes second there reads and changes again. */
export async function writeRecord(engine: Engine, command: RecordCommand, means: RecordMeans): Promise<Outcome> {
  means.permit.spend(command)
  const { environment, run, directory, holder } = means.context
  const { who } = means.permit
  const lock = { environment, run, who, on: hostname(), since: means.now, reason: '', holder, directory }
  for (let turn = 1; turn <= turns; turn += 1) {
    const read = await readNumbered(engine, environment)
    if (!read.ok) return { ok: false, fault: read.fault, observed: null }
    const changed = changeRecord(read.value.record, command, { lock, who, run, now: means.now })
    if (changed.kind === 'held')
      return { ok: false, fault: heldBy(command.host, changed.lock, run), observed: changed.lock as Json }
    const says = { ok: true, observed: seen(command, read.value.record), says: changed.says } as const
    if (changed.kind === 'same') return says
    const mine = await publish(engine, environment, read.value, changed.record)
    if (!mine.ok) return { ok: false, fault: mine.fault, observed: null, ...(mine.unknown ? { unknown: true } : {}) }
    if (!mine.value) continue
    await tidy(
      engine,
      read.value.versions.slice(kept).map(({ name }) => name),
    )
    return { ...says, observed: seen(command, changed.record) }
  }
  return { ok: false, fault: busy(command.host), observed: null }
}

function seen({ kind }: RecordCommand, { lock }: HostRecord): Json {
  return kind.startsWith('lock.') ? (lock as Json) : null
}

/** `unknown`: it was sent, and whether it counts could not be seen. */
type Published =
  | { readonly ok: true; readonly value: boolean }
  | { readonly ok: false; readonly fault: Fault; readonly unknown: boolean }

/**
 * True: this version is the one that counts, or the next one was made from it. Creating a volume that is there answers as
 * if it had been made, and a writer that was stopped for long may create one that was tidied away: so it is looked again.
 */
async function publish(
  engine: Engine,
  environment: string,
  { number, versions }: Numbered,
  record: HostRecord,
): Promise<Published> {
  const writer = randomUUID()
  const name = volumeName(environment, number + 1)
  const labels = {
    [recordLabels.environment]: environment,
    [recordLabels.number]: String(number + 1),
    [recordLabels.writer]: writer,
    [recordLabels.follows]: versions[0]?.writer ?? '',
    [recordLabels.record]: JSON.stringify(record),
  }
  const created = await engine.call("write the environment's record", docker =>
    docker.createVolume({ Name: name, Labels: labels }),
  )
  if (!created.ok) return { ...created, unknown: created.status === null }
  const looked = await readNumbered(engine, environment)
  if (!looked.ok) return { ...looked, unknown: true }
  const own = looked.value.versions.find(version => version.number === number + 1)
  if (own?.writer !== writer) return { ok: true, value: false }
  const next = looked.value.versions.find(version => version.number === number + 2)
  const counts = looked.value.number === number + 1 || next?.follows === writer
  if (!counts) await tidy(engine, [name])
  return { ok: true, value: counts }
}

/** Old versions only take room: one that cannot be removed now is removed with the next. */
async function tidy(engine: Engine, names: readonly string[]): Promise<void> {
  await Promise.all(
    names.map(name =>
      engine.call('remove an old version of the record', (docker, abortSignal) =>
        docker.getVolume(name).remove({ abortSignal }),
      ),
    ),
  )
}

function busy(host: string): Fault {
  return {
    code: 'record.busy',
    what: `Others keep writing the record of the environment on ${host}`,
    means: `It was tried ${turns} times. Nothing was changed.`,
    next: 'Try again; if it stays so, look for a pipeline that records in a loop.',
  }
}
