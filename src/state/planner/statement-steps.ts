import type { DatabaseFact, Effect, Migration, Statement } from '../facts.ts'
import type { Database } from '../manifest.ts'
import { bookkeeping } from '../migrations/bookkeeping.ts'
import type { Applied, Sql } from '../migrations/tool.ts'
import type { Step } from '../plan.ts'
import { effectsIn } from '../sql/effects-in.ts'
import { mysqlName, sqliteName } from '../sql/quote.ts'
import { withSessions } from './script-sessions.ts'
import { programStep, type Programs } from './programs.ts'
import { step } from './steps.ts'

export const statementMs = 600_000

export type Script = { readonly migration: Migration; readonly statements: readonly Statement[] }

export type ChainInput = {
  readonly database: string
  readonly declared: Database
  readonly fact: DatabaseFact | undefined
  /** In the order they are run. */
  readonly scripts: readonly Script[]
  readonly direction: 'down' | 'up'
  readonly needs: readonly string[]
  /** What the tool had written down of each, before it went down. */
  readonly was?: readonly Applied[] | undefined
  /** How those that are programs are run. */
  readonly programs?: Programs | null
}

/**
 * Each statement of each script, one after the other; the last of each puts the tool's own tables right. One that is a program is
 * one step, in its place.
 */
export function chain(input: ChainInput): readonly Step[] {
  const { database, declared, fact, scripts, direction, needs, was, programs = null } = input
  const steps: Step[] = []
  let applied = fact?.applied ?? []
  for (const { migration, statements: written } of scripts) {
    applied = applied.filter(version => version !== migration.version)
    const book = bookOf({ declared, fact, migration, direction, applied, was })
    if (direction === 'up') applied = [...applied, migration.version]
    if (migration.opaque !== undefined) {
      const last = steps.at(-1)
      if (programs !== null)
        steps.push(programStep(database, programs, migration, direction, last === undefined ? needs : [last.id]))
      continue
    }
    const statements = withSessions(written.length === 0 ? [nothing] : written)
    for (const [index, { statement, session }] of statements.entries()) {
      const isLast = index + 1 === statements.length
      const command = {
        kind: 'database.statement',
        database,
        direction,
        migration: migration.version,
        index: index + 1,
        of: statements.length,
        sql: statement.sql,
        migrationsTable: declared.migrations?.table ?? '',
        ...(isLast ? { book } : {}),
        ...(session.length === 0 ? {} : { session }),
      } as const
      const last = steps.at(-1)
      steps.push(
        step(
          `${database}.${direction}.${migration.version}.${index + 1}`,
          4,
          command,
          last === undefined ? needs : [last.id],
          {
            title: `${direction} ${migration.version}, ${index + 1} of ${statements.length}: ${words(statement)}`,
            leaves: `the statement is committed, once${isLast ? `, and ${command.migrationsTable} says so` : ''}`,
            risk: destroys(statement) ? 'destructive' : 'disruptive',
            deadlineMs: statementMs,
          },
        ),
      )
    }
  }
  return steps
}

/** A way down that takes nothing back: only its tool's table changes. */
const nothing: Statement = { sql: 'SELECT 1', effects: [] }

type Book = Pick<ChainInput, 'declared' | 'fact' | 'direction' | 'was'> & {
  readonly migration: Migration
  /** Of the others, oldest first. */
  readonly applied: readonly string[]
}

function bookOf({ declared, fact, migration, direction, applied, was }: Book): readonly Sql[] {
  if (declared.migrations === null) return []
  const { tool, table } = declared.migrations
  const quote = declared.kind === 'mysql' ? mysqlName : sqliteName
  const recorded = (was ?? fact?.recorded)?.find(({ version }) => version === migration.version)
  const others = applied.map(version => fact?.migrations.find(known => known.version === version) ?? unread(version))
  return bookkeeping(tool, {
    table,
    quote,
    direction,
    migration,
    others,
    ...(recorded === undefined ? {} : { was: recorded }),
  })
}

/** One whose script is not there: its tool needs no more of it than its version. */
function unread(version: string): Migration {
  return { version, name: version, up: [], down: null, compatibleWith: [] }
}

function destroys(statement: Statement): boolean {
  return effectsIn(statement).some(effect => {
    if (effect.kind === 'rows') return effect.verb !== 'insert'
    if (effect.kind === 'other') return effect.destroys === true
    return ['drop table', 'drop column', 'change column', 'rename', 'charset'].includes(effect.kind)
  })
}

function words(statement: Statement): string {
  return effectsIn(statement).map(wordsOf).join(', ') || 'nothing to take back'
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
