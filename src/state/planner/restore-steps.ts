import { aboutInsertedSince, ageOf, type Backup, type BackupsFact, type Proposed } from '../backup.ts'
import type { MysqlDatabase } from '../manifest.ts'
import type { Step } from '../plan.ts'
import type { BackupNamed, RestoreCommand } from '../restore-command.ts'
import type { Replay } from './replays.ts'
import { fenceStep, followSteps, unfenceStep } from './fence-steps.ts'
import { step } from './steps.ts'

/** A restore is as long as its backup is large. */
export const restoreMs = 6 * 3_600_000

export type Restore = {
  readonly name: string
  readonly database: MysqlDatabase
  readonly backup: Backup
  /** Those that the migrations without a way down touched; null: all, where their text does not tell. */
  readonly tables: readonly string[] | null
  /** Of the target: empty where it is not known. */
  readonly fingerprint: string
  readonly migrations: readonly string[]
  /** Rows written since return in the same plan, before the writers do. */
  readonly salvage: boolean
  /** Migrations that are not in it and would have been reversed, newest first. */
  readonly since: readonly string[]
  /** Newer backups that do not fit. */
  readonly passedOver: Proposed['passedOver']
  readonly threads?: number
  readonly replay?: Replay
}

/**
 * In the place of a reversal that there is none of: loaded and proven while the database serves; then, inside the fence,
 * what was written since is counted, tables change places, what was written since returns, and triggers, views, routines and events are the backup's.
 */
export function restoreSteps(restore: Restore, needs: readonly string[]): RestoreParts {
  const beside = besideSteps(restore)
  return { beside, inside: insideSteps(restore, [...needs, ...beside.slice(-1).map(({ id }) => id)]) }
}

/** A restore of `run` is taken back: what it left behind takes the backup's part. */
export function reclaimSteps(
  { name, database, run }: Pick<Restore, 'name' | 'database'> & { readonly run: string },
  needs: readonly string[],
): RestoreParts {
  const reclaim = doing(name, { kind: 'database.reclaim', database: name, run }, [], {
    leaves: 'it is known which tables change places again',
  })
  return {
    beside: [reclaim],
    inside: insideSteps({ name, database, salvage: true, after: run }, [...needs, reclaim.id]),
  }
}

export type RestoreParts = {
  /** While everything serves: before anything stops, they are past. */
  readonly beside: readonly Step[]
  /** With the writers out. */
  readonly inside: readonly Step[]
}

function besideSteps(restore: Restore): readonly Step[] {
  const { name, tables, fingerprint, migrations, threads = 4 } = restore
  const backup = namedOf(restore)
  const load = doing(name, { kind: 'database.load', database: name, backup, threads }, [], {
    undo: { kind: 'database.clear', database: name },
    leaves: `${restore.backup.name} is loaded into a schema beside it; what serves is as it was`,
    estimateMs: loadMs(restore.backup),
  })
  const { replay } = restore
  const more =
    replay === undefined
      ? []
      : [
          doing(name, { kind: 'database.replay', database: name, backup, ...replay }, [load], {
            leaves: 'what the binlog has of the tables until then is in what was loaded',
            estimateMs: replayMs(replay),
          }),
        ]
  const replayed = replay === undefined ? {} : { replayed: true as const }
  const verify = doing(
    name,
    { kind: 'database.verify', database: name, backup, tables, fingerprint, migrations, ...replayed },
    [load, ...more],
    { leaves: 'what was loaded is whole, and it is known which tables change places' },
  )
  return [load, ...more, verify]
}

type Inside = Pick<Restore, 'name' | 'database' | 'salvage'> & { readonly after?: string }

function insideSteps({ name, database, salvage, ...which }: Inside, needs: readonly string[]): readonly Step[] {
  const after = which.after === undefined ? {} : { after: which.after }
  const fence = fenceStep(name, database, needs)
  const unhook = doing(name, { kind: 'database.unhook', database: name, ...after }, [fence], {
    risk: 'disruptive',
    undo: { kind: 'database.hook', database: name, as: 'today' },
  })
  const capture = doing(name, { kind: 'database.capture', database: name, ...after }, [unhook], {
    leaves: 'what was written since is counted, row by row',
  })
  const swap = doing(name, { kind: 'database.swap', database: name, direction: 'in' }, [capture], {
    risk: 'destructive',
    undo: { kind: 'database.swap', database: name, direction: 'out' },
    leaves: 'the restored tables serve; the former ones are kept beside',
  })
  const back = salvage
    ? [doing(name, { kind: 'database.salvage', database: name }, [swap], { risk: 'disruptive' })]
    : []
  const hook = doing(name, { kind: 'database.hook', database: name, as: 'backup' }, [swap, ...back], {
    risk: 'disruptive',
  })
  const follow = followSteps(name, database, [hook])
  return [fence, unhook, capture, swap, ...back, hook, ...follow, unfenceStep(name, [hook, ...follow])]
}

/** What a person should have read before: how old it is, what is expected to be lost, and what comes back. */
export function restoreWarnings(restore: Restore, fact: BackupsFact, now: string): readonly string[] {
  const { name, backup, tables, salvage, since, passedOver } = restore
  const rows = aboutInsertedSince(backup, fact.nextIds, tables)
  const age = ageOf(backup, now) ?? 'of unknown age'
  return [
    ...(since.length === 0
      ? []
      : [`${name}: migrations ${since.join(', ')} are not reversed: the backup is of before them`]),
    ...passedOver.map(one => `${name}: the newer backup ${one.name} is passed over: ${one.why}`),
    `${name} is restored from ${backup.name}, ${age}: about ${rows} rows were inserted since, by their numbers; all that was written since is counted inside the fence, row by row`,
    salvage
      ? `${name}: what was written since returns by primary key; what cannot is listed as a conflict, and kept beside`
      : `${name}: what was written since does not return by itself; it is kept beside`,
    ...historyWarnings(restore, fact),
    ...grantWarnings(restore, fact),
    ...(backup.migrations === null
      ? [`${name}: which migrations are applied in ${backup.name} is told only once it is loaded`]
      : []),
  ]
}

/** What the server keeps of rows that are no more comes back only out of a dump that has it. */
function historyWarnings({ name, backup, tables }: Restore, { histories = {} }: BackupsFact): readonly string[] {
  const moved = Object.entries(histories).filter(([table]) => tables === null || tables.includes(table))
  const all = moved.map(([table, rows]) => `${rows} of ${table}`).join(', ')
  if (moved.length === 0) return []
  return [
    backup.history === true
      ? `${name}: former states of rows that were kept since the backup (system versioning, now ${all}) do not return; they are counted, and kept beside`
      : `${name}: ${backup.name} holds no former states of rows (system versioning): ${all} do not return, and are kept beside alone`,
  ]
}

/** Grants on tables and columns go by name and stay; those on a routine go with it. */
function grantWarnings({ name, database }: Restore, { grantsLost }: BackupsFact): readonly string[] {
  const { user } = database.account
  if (grantsLost === undefined) return []
  return [
    grantsLost === null
      ? `${name}: who holds rights of their own on its routines cannot be seen by ${user} (SELECT ON mysql.procs_priv): where a routine is made anew, they are gone`
      : `${name}: rights on a routine go where it goes, and ${user} may not give them again (GRANT OPTION); should one be missed: ${grantsLost.join('; ')}`,
  ]
}

/** For the blocker of a migration that has no way down. */
export function restoreInstead(
  schema: string,
  backup: Backup | null,
  fact: BackupsFact | undefined,
  now: string,
): string {
  if (fact === undefined) return `declare where backups of ${schema} lie (backups:), and it can be restored instead`
  if (fact.amiss !== null) return `it could be restored instead, but ${fact.amiss}`
  if (backup === null) return 'no whole backup of the schema that is wanted was found to restore it from'
  const rows = aboutInsertedSince(backup, fact.nextIds, null)
  return `restore instead with --restore: ${backup.name}, ${ageOf(backup, now) ?? 'of unknown age'}, about ${rows} rows inserted since`
}

function namedOf({ backup, database }: Restore): BackupNamed {
  const { tool, path, tables, bytes, finishedAt } = backup
  const named = { tool, path, schema: database.database, tables: tables.map(({ name, rows }) => ({ name, rows })) }
  return { ...named, bytes, finishedAt }
}

function doing(
  name: string,
  command: RestoreCommand,
  after: readonly Step[],
  given: Partial<Pick<Step, 'leaves' | 'undo' | 'risk' | 'estimateMs'>>,
): Step {
  return step(
    `${name}.${command.kind.slice('database.'.length)}`,
    4,
    command,
    after.map(({ id }) => id),
    { deadlineMs: restoreMs, ...given },
  )
}

/** About 2,000 rows a second, and never less than a moment. */
function replayMs({ tables }: Replay): number {
  return Math.max(1000, Math.round(tables.reduce((sum, { rows }) => sum + rows, 0) / 2))
}

/** About 20 MB a second, indexes and all, and never less than a moment. */
function loadMs({ unpackedBytes, bytes }: Backup): number {
  return Math.max(1000, Math.round((unpackedBytes ?? bytes * 4) / 20_000))
}
