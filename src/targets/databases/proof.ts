import type { TryCommand } from '../../state/command.ts'
import type { Fault, Result } from '../../state/fault.ts'
import type { Database } from '../../state/manifest.ts'
import { sameApplied } from '../../state/migrations/applied.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { DatabaseLook } from './port.ts'

export type Prove = Extract<TryCommand, { kind: 'database.prove' }>
/** One thing that has to be so; what is not is a miss. */
export type Expect = (what: string, got: unknown, wanted: unknown) => void

/**
 * The schema is the one that was recorded, and the data is whole: every miss is named, not only the first. `own`: what this kind
 * of database looks at besides, and what to say of it.
 */
export async function proveWhole(
  { name, database }: { readonly name: string; readonly database: Database },
  look: Pick<DatabaseLook, 'observe' | 'cell'>,
  command: Prove,
  evidence: Evidence,
  own: (expect: Expect) => Promise<Result<string>>,
): Promise<Outcome> {
  const fact = await look.observe()
  if (fact.fault !== null) return { ok: false, fault: fact.fault, observed: null }
  const misses: string[] = []
  const expect: Expect = (what, got, wanted) => {
    const same = String(got) === String(wanted)
    evidence(`${same ? 'ok  ' : 'MISS'} ${what}: ${String(got)}${same ? '' : `, expected ${String(wanted)}`}`)
    if (!same) misses.push(`${what}: expected ${String(wanted)}, got ${String(got)}`)
  }
  if (command.fingerprint !== '') expect('schema fingerprint', fact.fingerprint, command.fingerprint)
  const tool = database.migrations?.tool ?? 'dbmate'
  const wanted = command.migrations.join(' ') || 'none'
  const as = sameApplied(tool, fact.applied, command.migrations) ? wanted : fact.applied.join(' ') || 'none'
  expect('migrations applied', as, wanted)
  const besides = await own(expect)
  if (!besides.ok) return { ok: false, fault: besides.fault, observed: null }
  for (const { name: what, sql, expect: cell } of database.invariants) expect(what, await cellOrFault(look, sql), cell)
  const observed = { fingerprint: fact.fingerprint, applied: fact.applied, rows: fact.rows, misses }
  if (misses.length > 0) return { ok: false, fault: inconsistent(name, misses), observed }
  const says = `${name}: schema ${fact.fingerprint?.slice(0, 12) ?? ''}, ${database.invariants.length} invariants and ${besides.value} hold`
  return { ok: true, observed, says }
}

/** What could not be asked is a miss too, in the words of its fault. */
export async function cellOrFault(look: Pick<DatabaseLook, 'cell'>, sql: string): Promise<unknown> {
  const read = await look.cell(sql)
  return read.ok ? read.value : read.fault.what
}

function inconsistent(name: string, misses: readonly string[]): Fault {
  return {
    code: 'database.inconsistent',
    what: `Database ${name} is not as it should be: ${misses.join('; ')}`,
    means: 'The rollback has ended, and the data is not proven whole.',
    next: 'Look at the rows it names, mend them, then retry; or skip with a reason, which the record shows.',
  }
}
