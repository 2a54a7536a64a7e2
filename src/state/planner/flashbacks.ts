import { rowsIn } from '../binlog/counts.ts'
import type { StretchFact } from '../binlog/fact.ts'
import { placeText } from '../binlog/place.ts'
import type { Facts } from '../facts.ts'
import type { FlashbackCommand } from '../flashback-command.ts'
import type { Manifest, MysqlDatabase } from '../manifest.ts'
import type { FlashbackChoice, PlanOptions, Step } from '../plan.ts'
import { few } from './few.ts'
import { fenceStep, followSteps, unfenceStep } from './fence-steps.ts'
import { perTable } from './replays.ts'
import { step } from './steps.ts'

export type Flashback = {
  readonly database: MysqlDatabase
  readonly command: FlashbackCommand
}

export type Flashbacks = {
  /** The database that is meant; null: none is, or it is not known which. */
  readonly name: string | null
  readonly flashback: Flashback | null
  readonly blockers: readonly string[]
  readonly warnings: readonly string[]
}

const nothing: Flashbacks = { name: null, flashback: null, blockers: [], warnings: [] }

/** What --flashback takes back. `reversed`: databases whose schema goes back in the same plan. */
export function chooseFlashback(
  facts: Facts,
  manifest: Manifest,
  { flashback: choice }: Pick<PlanOptions, 'flashback'>,
  reversed: readonly string[],
): Flashbacks {
  if (choice === undefined) return nothing
  const named = flashbackDatabase(manifest, choice)
  if ('amiss' in named) return { ...nothing, blockers: [named.amiss] }
  const { name, database } = named
  const stretch = facts.databases[name]?.stretch
  if (stretch === undefined)
    return { ...nothing, name, blockers: [`--flashback: the binlog of ${name} cannot be seen`] }
  const blockers = [
    ...stretch.amiss.map(why => `${name}: rows cannot be taken back: ${why}`),
    ...(reversed.includes(name)
      ? [
          `${name}: its schema goes back in this plan; take rows back in one without that (--flashback with the release that runs on today's schema)`,
        ]
      : []),
  ]
  const { from, until } = stretch
  if (blockers.length > 0 || from === null || until === null) return { ...nothing, name, blockers }
  const tables = stretch.tables.map(({ table }) => table)
  const { files, sha256 } = stretch
  const rows = rowsIn(stretch.tables)
  const command = {
    kind: 'database.flashback',
    database: name,
    direction: 'back',
    from,
    until,
    files,
    tables,
    rows,
    sha256,
  } as const
  return { name, flashback: { database, command }, blockers: [], warnings: warningsOf(name, stretch, rows) }
}

/** The one that is named, or the only one there is. */
export function flashbackDatabase(
  { databases }: Manifest,
  { database: named }: FlashbackChoice,
): { readonly name: string; readonly database: MysqlDatabase } | { readonly amiss: string } {
  const all = Object.entries(databases).flatMap(([name, database]) =>
    database.kind === 'mysql' && (named === null || named === name) ? [{ name, database }] : [],
  )
  const [first, ...others] = all
  if (first !== undefined && others.length === 0) return first
  return {
    amiss:
      first === undefined
        ? `--flashback: there is no MariaDB database${named === null ? '' : ` ${named}`} in this environment`
        : `--flashback: name the database that is meant with --database: ${all.map(({ name }) => name).join(', ')}`,
  }
}

function warningsOf(name: string, { from, until, tables, also, sql }: StretchFact, rows: number): readonly string[] {
  const places = from === null || until === null ? '' : `${placeText(from)} to ${placeText(until)}`
  return [
    `${name}: ${rows} changes of rows are taken back, ${places}: ${perTable(tables)}; a row that does not stand as it was written keeps all of it from being done, and is named before anything stops`,
    ...(also.length === 0 ? [] : [`${name}: the same transactions wrote to ${few(also)}, which stays as it is`]),
    ...(sql === null
      ? []
      : [
          `${name}: what takes them back stands as SQL in ${sql.path} (sha256 ${sql.sha256.slice(0, 16)}, ${sql.bytes} bytes); it holds the rows themselves`,
        ]),
  ]
}

/** Looked beside first, while everything serves; then, with the writers out, all of it or nothing. */
export function flashbackSteps(
  { database, command }: Flashback,
  needs: readonly string[],
): { readonly beside: readonly Step[]; readonly inside: readonly Step[] } {
  const name = command.database
  const weigh = step(`${name}.weigh`, 4, { ...command, kind: 'database.weigh' }, [], {
    deadlineMs: longMs,
    leaves: 'each row is known to stand as it was written',
    estimateMs: flashbackMs(command),
  })
  const fence = fenceStep(name, database, [...needs, weigh.id])
  const opposite = command.direction === 'back' ? 'forth' : 'back'
  const back = step(`${name}.flashback`, 4, command, [fence.id], {
    risk: 'destructive',
    undo: { ...command, direction: opposite },
    deadlineMs: longMs,
    leaves: 'the rows stand as they were before',
    estimateMs: flashbackMs(command),
  })
  const follow = followSteps(name, database, [back])
  return { beside: [weigh], inside: [fence, back, ...follow, unfenceStep(name, [back, ...follow])] }
}

const longMs = 3_600_000

/** About a thousand rows a second, and never less than a moment. */
function flashbackMs({ rows }: FlashbackCommand): number {
  return Math.max(1000, rows)
}
