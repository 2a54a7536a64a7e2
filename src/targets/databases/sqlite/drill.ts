import { stat } from 'node:fs/promises'
import type { Sight } from '../../../state/drill/mark.ts'
import type { Identity } from '../../../state/drill/identity.ts'
import type { Result } from '../../../state/fault.ts'
import { machineNow } from '../../machine-id.ts'
import { markIn } from '../drill-mark.ts'
import { drills } from '../names.ts'
import type { Query } from '../query.ts'
import type { SqliteConfig } from './config.ts'
import { databaseFault } from './faults.ts'
import { tablesOf } from './schema.ts'

/** A copy of the file is another file: its place on the disk tells, and not what stands in it. */
export async function fileIdentity({ name, database: { file } }: SqliteConfig): Promise<Result<Identity>> {
  const machine = await machineNow()
  if (!machine.ok) return machine
  const { id, cards } = machine.value
  const there = await stat(file, { bigint: true }).catch(() => null)
  if (there === null) {
    const missing = { id: 0, ok: false, code: null, reason: 'missing', text: file } as const
    return { ok: false, fault: databaseFault(name, missing, 'It was only looked at.') }
  }
  const { dev, ino } = there
  return { ok: true, value: { ids: [`file:${id}:${dev}:${ino}`, `machine:${id}`], bound: cards } }
}

type Ask = <T>(read: (query: Query) => Promise<T>) => Promise<Result<T>>

export async function drillSight(config: SqliteConfig, look: Ask): Promise<Result<Sight>> {
  const identity = await fileIdentity(config)
  if (!identity.ok) return identity
  const mark = await look(async query => ((await tablesOf(query)).includes(drills) ? markIn(query) : null))
  return mark.ok ? { ok: true, value: { identity: identity.value, mark: mark.value } } : mark
}
