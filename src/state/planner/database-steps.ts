import type { Facts, LedgerEntry, Migration } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { effectsIn } from '../sql/effects-in.ts'
import type { Reversal } from './migrations.ts'
import { mysqlReversal } from './mysql-steps.ts'
import { programsOf } from './programs.ts'
import { chain, statementMs } from './statement-steps.ts'
import { step } from './steps.ts'

/** Copy, keep what would be lost, then each statement of each migration, newest migration first, one after the other. */
export function reversalSteps(
  facts: Facts,
  manifest: Manifest,
  reversals: readonly Reversal[],
  needs: readonly string[],
): readonly Step[] {
  const names = [...new Set(reversals.map(({ database }) => database))]
  return names.flatMap(database => {
    const own = reversals.filter(reversal => reversal.database === database).map(({ migration }) => migration)
    const declared = manifest.databases[database]
    const fact = facts.databases[database]
    if (declared === undefined) return []
    if (declared.kind === 'mysql')
      return mysqlReversal(database, declared, fact, own, needs, programsOf(facts, manifest, database))
    const copy = step(`${database}.copy`, 4, { kind: 'database.copy', database }, needs, {
      deadlineMs: statementMs,
      estimateMs: copyMs(facts, database),
    })
    const archive = tablesAtRisk(facts, database, own).map(table =>
      step(`${database}.archive.${table}`, 4, { kind: 'database.archive', database, table }, [copy.id], {
        leaves: `every row of ${table} is kept`,
        deadlineMs: statementMs,
      }),
    )
    const before = [copy, ...archive].map(({ id }) => id)
    return [
      copy,
      ...archive,
      ...chain({
        database,
        declared,
        fact,
        scripts: own.map(migration => ({ migration, statements: migration.down ?? [] })),
        direction: 'down',
        needs: before,
      }),
    ]
  })
}

/** The schema and the data at the end. `fingerprint` empty: not known, and not compared. */
export function databaseProofs(
  manifest: Manifest,
  wanted: LedgerEntry['databases'],
  needs: readonly string[],
): readonly Step[] {
  return Object.keys(manifest.databases)
    .sort()
    .map(database => {
      const { fingerprint = '', migrations = [] } = wanted[database] ?? {}
      return step(`${database}.prove`, 4, { kind: 'database.prove', database, fingerprint, migrations }, needs, {
        leaves: `schema and data of ${database} are proven whole`,
        deadlineMs: statementMs,
      })
    })
}

export function tablesAtRisk(facts: Facts, database: string, migrations: readonly Migration[]): readonly string[] {
  const there = Object.keys(facts.databases[database]?.rows ?? {})
  const tables = migrations.flatMap(({ down }) =>
    (down ?? []).flatMap(effectsIn).flatMap(effect => {
      if (effect.kind === 'drop table' || effect.kind === 'drop column') return [effect.table]
      return effect.kind === 'rows' && effect.verb === 'delete' ? [effect.table] : []
    }),
  )
  return [...new Set(tables)].filter(table => there.includes(table)).sort()
}

/** About 100 MB a second, and never less than a moment. */
function copyMs(facts: Facts, database: string): number {
  return Math.max(200, Math.round((facts.databases[database]?.sizeBytes ?? 0) / 100_000))
}
