import type { DatabaseFact, Migration } from '../facts.ts'
import type { MysqlDatabase } from '../manifest.ts'
import type { Applied } from '../migrations/tool.ts'
import type { Step } from '../plan.ts'
import { lossesOf, namedTables, touchedTables } from '../sql/losses.ts'
import { chain, type Script } from './statement-steps.ts'
import { fenceStep, unfenceStep } from './fence-steps.ts'
import { step } from './steps.ts'

const longMs = 3_600_000

/**
 * Writers out, what is at risk counted once more and kept, each statement of each migration, how the rows stand
 * afterwards noted for an undo, writers in again.
 */
export function mysqlReversal(
  name: string,
  database: MysqlDatabase,
  fact: DatabaseFact | undefined,
  /** Newest first. */
  migrations: readonly Migration[],
  needs: readonly string[],
): readonly Step[] {
  const tables = Object.keys(fact?.rows ?? {})
  const fence = fenceStep(name, database, needs)
  const losses = lossesOf(migrations).filter(({ table }) => tables.includes(table))
  const count =
    losses.length === 0
      ? []
      : [
          step(`${name}.count`, 4, { kind: 'database.count', database: name, of: losses }, [fence.id], {
            deadlineMs: longMs,
            leaves: 'what is at risk is counted with the writers out',
          }),
        ]
  const others = untouchedTables(fact, migrations)
  const sum = others.length === 0 ? [] : [sumStep(name, others, fence)]
  const kept = touchedTables(migrations).filter(table => tables.includes(table))
  const archives = each('archive', name, kept, [fence, ...count, ...sum], `every row of TABLE is kept`)
  const scripts = migrations.map(migration => ({ migration, statements: migration.down ?? [] }))
  const before = [fence, ...count, ...sum, ...archives].map(({ id }) => id)
  const downs = chain({ database: name, declared: database, fact, scripts, direction: 'down', needs: before })
  const seals = each('seal', name, kept, downs.slice(-1), `how the rows of TABLE stand is noted`)
  const same = others.length === 0 ? [] : [sameStep(name, others, [...downs.slice(-1), ...sum])]
  const last = unfenceStep(name, [...downs.slice(-1), ...seals, ...same])
  return [fence, ...count, ...sum, ...archives, ...downs, ...seals, ...same, last]
}

/** Rows are summed up at about a million a second; the fence is not kept closed for more of them than this. */
const mostRows = 30_000_000

/** Tables no statement names, the smallest first, as many as there is time for. */
function untouchedTables(fact: DatabaseFact | undefined, migrations: readonly Migration[]): readonly string[] {
  const named = namedTables(migrations)
  const others = Object.entries(fact?.rows ?? {})
    .filter(([table]) => !named.includes(table))
    .sort(([, a], [, b]) => a - b)
  let rows = 0
  return others.flatMap(([table, count]) => {
    rows += count
    return rows > mostRows ? [] : [table]
  })
}

function sumStep(name: string, tables: readonly string[], fence: Step): Step {
  return step(`${name}.sum`, 4, { kind: 'database.sum', database: name, tables }, [fence.id], {
    leaves: 'it is known how the tables stand that nothing is to change',
    deadlineMs: longMs,
  })
}

function sameStep(name: string, tables: readonly string[], after: readonly Step[]): Step {
  return step(
    `${name}.unchanged`,
    4,
    { kind: 'database.unchanged', database: name, tables },
    after.map(({ id }) => id),
    { leaves: 'what nothing was to change is as it was', deadlineMs: longMs },
  )
}

export type Return = {
  readonly fact: DatabaseFact | undefined
  /** Oldest first. */
  readonly scripts: readonly Script[]
  readonly run: string
  /** Those that others refer to first. */
  readonly tables: readonly string[]
  /** What the tool had written down before `run`. */
  readonly was: readonly Applied[]
}

/** The way up again after `run` went down, and what it kept of each table back into it. */
export function mysqlReturn(
  name: string,
  database: MysqlDatabase,
  { fact, scripts, run, tables, was }: Return,
  needs: readonly string[],
): readonly Step[] {
  const fence = fenceStep(name, database, needs)
  const compares = tables.map(table =>
    step(`${name}.compare.${table}`, 4, { kind: 'database.compare', database: name, run, table }, [fence.id], {
      leaves: `it is known which rows of ${table} nobody has touched since`,
      deadlineMs: longMs,
    }),
  )
  const before = [fence, ...compares].map(({ id }) => id)
  const ups = chain({ database: name, declared: database, fact, scripts, direction: 'up', needs: before, was })
  const steps: Step[] = [fence, ...compares, ...ups]
  for (const table of tables)
    steps.push(
      step(
        `${name}.put-back.${table}`,
        4,
        { kind: 'database.put-back', database: name, run, table },
        [steps.at(-1)?.id ?? fence.id],
        {
          risk: 'disruptive',
          deadlineMs: longMs,
        },
      ),
    )
  return [...steps, unfenceStep(name, steps.slice(-1))]
}

function each(
  what: 'archive' | 'seal',
  name: string,
  tables: readonly string[],
  needs: readonly Step[],
  leaves: string,
): readonly Step[] {
  return tables.map(table =>
    step(
      `${name}.${what}.${table}`,
      4,
      { kind: `database.${what}`, database: name, table },
      needs.map(({ id }) => id),
      { leaves: leaves.replace('TABLE', table), deadlineMs: longMs },
    ),
  )
}
