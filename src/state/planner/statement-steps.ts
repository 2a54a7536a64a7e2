import type { Effect, Migration, Statement } from '../facts.ts'
import type { Database } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { effectsIn } from '../sql/effects-in.ts'
import { withSessions } from './script-sessions.ts'
import { step } from './steps.ts'

export const statementMs = 600_000

export type Script = { readonly migration: Migration; readonly statements: readonly Statement[] }

/** Each statement of each script, one after the other. */
export function chain(
  database: string,
  scripts: readonly Script[],
  direction: 'down' | 'up',
  migrations: Database['migrations'],
  needs: readonly string[],
): readonly Step[] {
  const { tool = 'dbmate', table: migrationsTable = '' } = migrations ?? {}
  const steps: Step[] = []
  for (const { migration, statements: written } of scripts) {
    const statements = withSessions(written)
    for (const [index, { statement, session }] of statements.entries()) {
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
        ...(tool === 'dbmate' ? {} : { tool }),
        ...(session.length === 0 ? {} : { session }),
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

function destroys(statement: Statement): boolean {
  return effectsIn(statement).some(effect =>
    effect.kind === 'rows'
      ? effect.verb !== 'insert'
      : ['drop table', 'drop column', 'change column', 'rename'].includes(effect.kind),
  )
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
      return `index ${effect.what}`
    case 'other':
      return effect.what.toLowerCase()
  }
}
