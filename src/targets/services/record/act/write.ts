import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { RecordChange } from '../../../../state/command.ts'
import type { HostRecord } from '../../../../state/facts.ts'
import type { Fault, Result } from '../../../../state/fault.ts'
import type { Json } from '../../../../state/json.ts'
import type { Outcome } from '../../../outcome.ts'
import type { Permit, RunContext } from '../../../permit.ts'
import { heldBy } from '../../held-by.ts'
import { changeRecord } from '../change.ts'
import { numberedOn, recordLabels, versionName, type Numbered, type Shelf } from '../versions.ts'

/** Older versions kept beside the newest, for a person to look at. */
const kept = 2
const turns = 50

/** What a shelf is written to with. */
export type Store = Shelf & {
  /** A name that is taken may answer as if it had been made, or with 409. No status: nobody answered. */
  readonly create: (
    name: string,
    labels: Readonly<Record<string, string>>,
    record: string,
  ) => Promise<Result<unknown> & { readonly status: number | null }>
  /** One that cannot be removed now is removed with the next. */
  readonly remove: (name: string) => Promise<void>
}

export type RecordMeans = { readonly permit: Permit; readonly context: RunContext; readonly now: string }

/** Reads, changes, and writes under the next number; whoever comes second there reads and changes again. */
export async function writeVersion(store: Store, command: RecordChange, means: RecordMeans): Promise<Outcome> {
  means.permit.spend(command)
  const { environment, run, directory, holder } = means.context
  const { who } = means.permit
  const lock = { environment, run, who, on: hostname(), since: means.now, reason: '', holder, directory }
  for (let turn = 1; turn <= turns; turn += 1) {
    const read = await numberedOn(store, environment)
    if (!read.ok) return { ok: false, fault: read.fault, observed: null }
    const changed = changeRecord(read.value.record, command, { lock, who, run, now: means.now })
    if (changed.kind === 'held')
      return { ok: false, fault: heldBy(command.host, changed.lock, run), observed: changed.lock as Json }
    const says = { ok: true, observed: seen(command, read.value.record), says: changed.says } as const
    if (changed.kind === 'same') return says
    const mine = await publish(store, environment, read.value, changed.record)
    if (!mine.ok) return { ok: false, fault: mine.fault, observed: null, ...(mine.unknown ? { unknown: true } : {}) }
    if (!mine.value) continue
    await tidy(
      store,
      read.value.versions.slice(kept).map(({ name }) => name),
    )
    return { ...says, observed: seen(command, changed.record) }
  }
  return { ok: false, fault: busy(command.host), observed: null }
}

function seen({ kind }: RecordChange, { lock }: HostRecord): Json {
  return kind.startsWith('lock.') ? (lock as Json) : null
}

/** `unknown`: it was sent, and whether it counts could not be seen. */
type Published =
  | { readonly ok: true; readonly value: boolean }
  | { readonly ok: false; readonly fault: Fault; readonly unknown: boolean }

/**
 * True: this version is the one that counts, or the next one was made from it. Creating one that is there may answer as
 * if it had been made, and a writer that was stopped for long may create one that was tidied away: so it is looked again.
 */
async function publish(
  store: Store,
  environment: string,
  { number, versions }: Numbered,
  record: HostRecord,
): Promise<Published> {
  const writer = randomUUID()
  const name = versionName(environment, number + 1)
  const labels = {
    [recordLabels.environment]: environment,
    [recordLabels.number]: String(number + 1),
    [recordLabels.writer]: writer,
    [recordLabels.follows]: versions[0]?.writer ?? '',
  }
  const created = await store.create(name, labels, JSON.stringify(record))
  if (created.status === 409) return { ok: true, value: false }
  if (!created.ok) return { ...created, unknown: created.status === null }
  const looked = await numberedOn(store, environment)
  if (!looked.ok) return { ...looked, unknown: true }
  const own = looked.value.versions.find(version => version.number === number + 1)
  if (own?.writer !== writer) return { ok: true, value: false }
  const next = looked.value.versions.find(version => version.number === number + 2)
  const counts = looked.value.number === number + 1 || next?.follows === writer
  if (!counts) await tidy(store, [name])
  return { ok: true, value: counts }
}

/** Old versions only take room. */
async function tidy({ remove }: Store, names: readonly string[]): Promise<void> {
  await Promise.all(names.map(remove))
}

function busy(host: string): Fault {
  return {
    code: 'record.busy',
    what: `Others keep writing the record of the environment on ${host}`,
    means: `It was tried ${turns} times. Nothing was changed.`,
    next: 'Try again; if it stays so, look for a pipeline that records in a loop.',
  }
}
