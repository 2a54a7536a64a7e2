import type { TryCommand } from '../../../state/command.ts'
import type { Account } from '../../../state/manifest.ts'
import { sameApplied } from '../../../state/migrations/applied.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import type { DatabaseTry } from '../port.ts'
import { countEach } from './at-risk.ts'
import type { MysqlConfig } from './config.ts'
import { openLook, type MysqlLook } from './look.ts'
import { orphanCounts } from './orphans.ts'
import { unchanged } from './unchanged.ts'
import type { Session } from './session.ts'

type Attempt = Extract<TryCommand, { kind: `database.${string}` }>

export function mysqlTry(config: MysqlConfig, account?: Account): DatabaseTry & { readonly sessions: Session['rows'] } {
  const look = openLook(config, account)
  return {
    ...look,
    attempt: (command, context, evidence, signal) => {
      switch (command.kind) {
        case 'database.count':
          return count(look, command, evidence)
        case 'database.unchanged':
          return unchanged(config, account, command, context, evidence, signal)
        case 'database.prove':
          return prove(config, look, command, evidence)
      }
    },
  }
}

async function count(
  look: MysqlLook,
  { of }: Extract<Attempt, { kind: 'database.count' }>,
  evidence: Evidence,
): Promise<Outcome> {
  const counted = await look.reading((query, config) => countEach(query, config, of))
  if (!counted.ok) return { ok: false, fault: counted.fault, observed: null }
  for (const { table, column, rows } of counted.value)
    evidence(`${rows} ${column === null ? `rows of ${table}` : `values of ${table}.${column}`}`)
  const total = counted.value.reduce((sum, { rows }) => sum + rows, 0)
  const observed = counted.value.map(risk => ({ ...risk }))
  return { ok: true, observed, says: `${total} rows and values at risk, with the writers out` }
}

/** The schema is the one that was recorded, and the data is whole: every miss is named, not only the first. */
async function prove(
  { name, database }: MysqlConfig,
  look: MysqlLook,
  command: Extract<Attempt, { kind: 'database.prove' }>,
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
  const orphans = await look.reading(orphanCounts)
  if (!orphans.ok) return { ok: false, fault: orphans.fault, observed: null }
  for (const { what, rows } of orphans.value) expect(what, rows, 0)
  for (const invariant of database.invariants) {
    const read = await look.cell(invariant.sql)
    expect(invariant.name, read.ok ? read.value : read.fault.what, invariant.expect)
  }
  const observed = { fingerprint: fact.fingerprint, applied: fact.applied, rows: fact.rows, misses }
  if (misses.length > 0) return { ok: false, fault: inconsistent(name, misses), observed }
  const says = `${name}: schema ${fact.fingerprint?.slice(0, 12) ?? ''}, ${orphans.value.length} references and ${database.invariants.length} invariants hold`
  return { ok: true, observed, says }
}

function inconsistent(name: string, misses: readonly string[]) {
  return {
    code: 'database.inconsistent',
    what: `Database ${name} is not as it should be: ${misses.join('; ')}`,
    means: 'The rollback has ended, and the data is not proven whole.',
    next: 'Look at the rows it names, mend them, then retry; or skip with a reason, which the record shows.',
  }
}
