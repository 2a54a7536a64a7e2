import type { TryCommand } from '../../../state/command.ts'
import { sameApplied } from '../../../state/migrations/applied.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import type { DatabaseTry } from '../port.ts'
import type { SqliteConfig } from './config.ts'
import { sqliteLook } from './look.ts'

type Prove = Extract<TryCommand, { kind: 'database.prove' }>

export function sqliteTry(config: SqliteConfig): DatabaseTry {
  const look = sqliteLook(config)
  return {
    ...look,
    attempt: async (command, _, evidence) =>
      command.kind === 'database.prove'
        ? prove(config, look, command, evidence)
        : { ok: true, observed: null, says: 'counted when the plan was made: nobody else is at the file' },
  }
}

/** The schema is the one that was recorded, and the data is whole: every miss is named, not only the first. */
async function prove(
  { name, database }: SqliteConfig,
  look: ReturnType<typeof sqliteLook>,
  command: Prove,
  evidence: Evidence,
): Promise<Outcome> {
  const fact = await look.observe()
  if (fact.fault !== null) return { ok: false, fault: fact.fault, observed: null }
  const misses: string[] = []
  const expect = (what: string, got: unknown, wanted: unknown): void => {
    const same = String(got) === String(wanted)
    evidence(`${same ? 'ok  ' : 'MISS'} ${what}: ${String(got)}${same ? '' : `, expected ${String(wanted)}`}`)
    if (!same) misses.push(`${what}: expected ${String(wanted)}, got ${String(got)}`)
  }
  if (command.fingerprint !== '') expect('schema fingerprint', fact.fingerprint, command.fingerprint)
  const tool = database.migrations?.tool ?? 'dbmate'
  const wanted = command.migrations.join(' ') || 'none'
  const as = sameApplied(tool, fact.applied, command.migrations) ? wanted : fact.applied.join(' ') || 'none'
  expect('migrations applied', as, wanted)
  expect('integrity check', await cell(look, 'PRAGMA integrity_check'), 'ok')
  expect('rows that refer to nothing', await cell(look, 'SELECT count(*) FROM pragma_foreign_key_check'), 0)
  for (const invariant of database.invariants) expect(invariant.name, await cell(look, invariant.sql), invariant.expect)
  const observed = { fingerprint: fact.fingerprint, applied: fact.applied, rows: fact.rows, misses }
  if (misses.length > 0) return { ok: false, fault: inconsistent(name, misses), observed }
  const says = `${name}: schema ${fact.fingerprint?.slice(0, 12) ?? ''}, ${database.invariants.length} invariants and integrity hold`
  return { ok: true, observed, says }
}

async function cell(look: ReturnType<typeof sqliteLook>, sql: string): Promise<unknown> {
  const read = await look.cell(sql)
  return read.ok ? read.value : read.fault.what
}

function inconsistent(name: string, misses: readonly string[]) {
  return {
    code: 'database.inconsistent',
    what: `Database ${name} is not as it should be: ${misses.join('; ')}`,
    means: 'The rollback has ended, and the data is not proven whole.',
    next: 'Look at the rows it names, mend them, then retry; or skip with a reason, which the record shows.',
  }
}
