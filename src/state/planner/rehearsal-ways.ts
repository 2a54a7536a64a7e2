import type { StatementCommand } from '../command.ts'
import type { Facts } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Plan } from '../plan.ts'
import { chain } from './statement-steps.ts'

/** What is tried of one database, one statement after the other. `left`: why not all of it is. */
export type Ways = {
  readonly database: string
  readonly downs: readonly StatementCommand[]
  /** Empty where the way down is not gone to its end. */
  readonly ups: readonly StatementCommand[]
  readonly left: string | null
}

/** The very statements of a plan, and of the undo that would follow it, of each database that it reverses. */
export function waysOf(facts: Facts, manifest: Manifest, plan: Plan): readonly Ways[] {
  const databases = [...new Set(plan.migrations.map(({ database }) => database))]
  return databases.map(database => {
    const own = plan.steps
      .map(({ command }) => command)
      .filter(command => 'database' in command && command.database === database)
    const program = own.findIndex(({ kind }) => kind === 'database.program')
    const before = own.slice(0, program < 0 ? undefined : program)
    const downs = before.filter(command => command.kind === 'database.statement')
    if (program < 0) return { database, downs, ups: upsOf(facts, manifest, plan, database), left: null }
    const left = 'a migration is a program, which is not rehearsed: neither it nor what comes after it was tried'
    return { database, downs, ups: [], left }
  })
}

function upsOf(facts: Facts, manifest: Manifest, plan: Plan, database: string): readonly StatementCommand[] {
  const [fact, declared] = [facts.databases[database], manifest.databases[database]]
  if (fact === undefined || declared === undefined) return []
  const reversed = plan.migrations.filter(migration => migration.database === database).map(({ version }) => version)
  const scripts = reversed.toReversed().flatMap(version => {
    const migration = fact.migrations.find(known => known.version === version)
    return migration === undefined ? [] : [{ migration, statements: migration.up }]
  })
  const after = { ...fact, applied: fact.applied.filter(version => !reversed.includes(version)) }
  const steps = chain({ database, declared, fact: after, scripts, direction: 'up', needs: [], was: fact.recorded })
  return steps.map(({ command }) => command).filter(command => command.kind === 'database.statement')
}
