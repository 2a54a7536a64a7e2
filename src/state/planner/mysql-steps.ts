import type { DatabaseFact, Migration } from '../facts.ts'
import type { MysqlDatabase } from '../manifest.ts'
import type { Applied } from '../migrations/tool.ts'
import type { Step } from '../plan.ts'
import { asSpelled, lossesOf, namedTables, touchedTables } from '../sql/losses.ts'
import { chain, type Script } from './statement-steps.ts'
import { fenceStep, followSteps, unfenceStep } from './fence-steps.ts'
import { mostRows, tablesAt, type Programs } from './programs.ts'
import { step } from './steps.ts'

const longMs = 3_600_000

/**
 * Writers out, what is at risk counted once more and kept, each statement of each migration, how the rows stand
 * afterwards noted for an undo, writers in again. Where one is a program, every table is kept: what it touches is not known.
 */
export function mysqlReversal(
  name: string,
  database: MysqlDatabase,
  fact: DatabaseFact | undefined,
  /** Newest first. */
  migrations: readonly Migration[],
  needs: readonly string[],
  programs: Programs | null = null,
): readonly Step[] {
  const tables = Object.keys(fact?.rows ?? {})
  const fence = fenceStep(name, database, needs)
  const [known, schema] = [asSpelled(migrations, tables), fact?.schema ?? []]
  const losses = lossesOf(known, schema).filter(({ table }) => tables.includes(table))
  const count =
    losses.length === 0
      ? []
      : [
          step(`${name}.count`, 4, { kind: 'database.count', database: name, of: losses }, [fence.id], {
            deadlineMs: longMs,
            leaves: 'what is at risk is counted with the writers out',
          }),
        ]
  const isOpaque = migrations.some(({ opaque }) => opaque !== undefined)
  const touched = touchedTables(known, schema).filter(table => tables.includes(table))
  const kept = isOpaque ? tablesAt(database, fact) : touched
  const others = isOpaque ? [] : untouchedTables(fact, [...namedTables(known), ...kept])
  const sum = others.length === 0 ? [] : [sumStep(name, others, fence)]
  const archives = each('archive', name, kept, [fence, ...count, ...sum], `every row of TABLE is kept`)
  const scripts = migrations.map(migration => ({ migration, statements: migration.down ?? [] }))
  const before = [fence, ...count, ...sum, ...archives].map(({ id }) => id)
  const downs = chain({ database: name, declared: database, fact, scripts, direction: 'down', needs: before, programs })
  const seals = each('seal', name, kept, downs.slice(-1), `how the rows of TABLE stand is noted`)
  const same = others.length === 0 ? [] : [sameStep(name, others, [...downs.slice(-1), ...sum])]
  const done = [...downs.slice(-1), ...seals, ...same]
  const follow = followSteps(name, database, done)
  const last = unfenceStep(name, [...done, ...follow])
  return [fence, ...count, ...sum, ...archives, ...downs, ...seals, ...same, ...follow, last]
}

/** Tables no statement names or carries along, the smallest first, as many as there is time for: about a million rows a second are summed up. */
function untouchedTables(fact: DatabaseFact | undefined, named: readonly string[]): readonly string[] {
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
  readonly programs?: Programs | null
}

/** The way up again after `run` went down, and what it kept of each table back into it. What the way up takes is kept in turn. */
export function mysqlReturn(
  name: string,
  database: MysqlDatabase,
  { fact, scripts, run, tables, was, programs = null }: Return,
  needs: readonly string[],
): readonly Step[] {
  const fence = fenceStep(name, database, needs)
  const compares = tables.map(table =>
    step(`${name}.compare.${table}`, 4, { kind: 'database.compare', database: name, run, table }, [fence.id], {
      leaves: `it is known which rows of ${table} nobody has touched since`,
      deadlineMs: longMs,
    }),
  )
  const isOpaque = scripts.some(({ migration }) => migration.opaque !== undefined)
  const whole = isOpaque ? { whole: true as const } : {}
  const lost = isOpaque ? tablesAt(database, fact) : takenBy(scripts, fact)
  const archives = each('archive', name, lost, [fence, ...compares], `every row of TABLE is kept`)
  const before = [fence, ...compares, ...archives].map(({ id }) => id)
  const ups = chain({
    database: name,
    declared: database,
    fact,
    scripts,
    direction: 'up',
    needs: before,
    was,
    programs,
  })
  const steps: Step[] = [fence, ...compares, ...archives, ...ups]
  for (const table of tables)
    steps.push(
      step(
        `${name}.put-back.${table}`,
        4,
        { kind: 'database.put-back', database: name, run, table, ...whole },
        [steps.at(-1)?.id ?? fence.id],
        {
          risk: 'disruptive',
          deadlineMs: longMs,
        },
      ),
    )
  const follow = followSteps(name, database, steps.slice(-1))
  return [...steps, ...follow, unfenceStep(name, [...steps.slice(-1), ...follow])]
}

/** Tables that a way up takes rows or values of. */
function takenBy(scripts: readonly Script[], fact: DatabaseFact | undefined): readonly string[] {
  const there = Object.keys(fact?.rows ?? {})
  const ways = asSpelled(
    scripts.map(({ migration, statements }) => ({ ...migration, down: statements })),
    there,
  )
  const lost = lossesOf(ways, fact?.schema).flatMap(({ table }) => (there.includes(table) ? [table] : []))
  return [...new Set(lost)].sort()
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
