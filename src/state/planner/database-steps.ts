import type { Effect, Facts, LedgerEntry, Migration, Statement } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { effectsIn } from '../sql/effects-in.ts'
import type { Reversal } from './migrations.ts'
import { step } from './steps.ts'

const statementMs = 600_000

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
    const table = manifest.databases[database]?.migrations?.table ?? ''
    const before = [copy, ...archive].map(({ id }) => id)
    return [
      copy,
      ...archive,
      ...chain(
        database,
        own.map(migration => ({ migration, statements: migration.down ?? [] })),
        'down',
        table,
        before,
      ),
    ]
  })
}

export type Script = { readonly migration: Migration; readonly statements: readonly Statement[] }

export function chain(
  database: string,
  scripts: readonly Script[],
  direction: 'down' | 'up',
  migrationsTable: string,
  needs: readonly string[],
): readonly Step[] {
  const steps: Step[] = []
  for (const { migration, statements } of scripts) {
    for (const [index, statement] of statements.entries()) {
      const last = steps.at(-1)
      const command = {
        kind: 'database.statement',
        database,
        direction,
        migration: migration.version,
        index: index + 1,
        of: statements.length,
        sql: statement.sql,
        migrationsTable,
      } as const
      steps.push(
        step(
          `${database}.${direction}.${migration.version}.${index + 1}`,
          4,
          command,
          last === undefined ? needs : [last.id],
          {
            title: `${direction} ${migration.version}, ${index + 1} of ${statements.length}: ${words(statement)}`,
            leaves: `the statement is committed, once${index + 1 === statements.length ? `, and ${migrationsTable} says so` : ''}`,
            risk: destroys(statement) ? 'destructive' : 'disruptive',
            deadlineMs: statementMs,
          },
        ),
      )
    }
  }
  return steps
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

function destroys(statement: Statement): boolean {
  return effectsIn(statement).some(effect => {
    if (effect.kind === 'rows') return effect.verb !== 'insert'
    if (effect.kind === 'other') return effect.destroys === true
    return ['drop table', 'drop column', 'change column', 'rename', 'charset'].includes(effect.kind)
  })
}

function words(statement: Statement): string {
  return effectsIn(statement).map(wordsOf).join(', ')
}

function wordsOf(effect: Effect): string {
  switch (effect.kind) {
    case 'create table':
    case 'drop table':
      return `${effect.kind} ${effect.table}`
    case 'add column':
    case 'drop column':
      return `${effect.kind} ${effect.table}.${effect.column}`
    case 'change column':
      return `change ${effect.table}.${effect.column} to ${effect.type ?? 'another type'}${effect.notNull ? ', never NULL' : ''}`
    case 'unique':
      return `allow no second ${effect.columns.join(', ')} in ${effect.table}`
    case 'reference':
      return `tie ${effect.table} (${effect.columns.join(', ')}) to ${effect.to.table}`
    case 'rename':
      return `rename ${effect.table} ${effect.what}`
    case 'rows':
      return `${effect.verb} rows of ${effect.table}`
    case 'index':
      return `${effect.verb === undefined || effect.verb === 'add' ? '' : `${effect.verb} `}index ${effect.what}`
    case 'check':
      return `allow in ${effect.table} only ${effect.expression}`
    case 'drop constraint':
      return `drop ${effect.of}${effect.name === undefined ? '' : ` ${effect.name}`} of ${effect.table}`
    case 'charset':
      return `write ${effect.table} in ${effect.charset}`
    case 'other':
      return effect.what.toLowerCase()
  }
}

/** About 100 MB a second, and never less than a moment. */
function copyMs(facts: Facts, database: string): number {
  return Math.max(200, Math.round((facts.databases[database]?.sizeBytes ?? 0) / 100_000))
}
