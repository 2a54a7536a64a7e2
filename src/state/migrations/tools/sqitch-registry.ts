import type { Json } from '../../json.ts'
import { beside, named } from '../places.ts'
import type { Booking, Sql } from '../tool.ts'
import type { SqitchChange } from './sqitch-plan.ts'

const by = ['Astern', 'astern@localhost'] as const
/** Sqitch keeps its times in UTC, and to the microsecond: they are its order (its mysql.sql). */
const now = 'UTC_TIMESTAMP(6)'

/** What Sqitch itself writes when it reverts a change, or deploys it: change, dependencies, tags, and a line in `events`. */
export function book(booking: Booking): readonly Sql[] {
  const change = booking.migration.record as SqitchChange | undefined
  if (change === undefined) return []
  return booking.direction === 'down' ? reverted(booking, change) : deployed(booking, change)
}

function reverted(booking: Booking, change: SqitchChange): readonly Sql[] {
  const tables = [beside(booking, 'tags'), beside(booking, 'dependencies'), named(booking)]
  return [
    ...tables.map(table => ({ sql: `DELETE FROM ${table} WHERE change_id = ?`, args: [change.id] })),
    event(booking, 'revert', change),
  ]
}

function deployed(booking: Booking, change: SqitchChange): readonly Sql[] {
  const { id, project, note } = change
  const planned = plannedBy(change)
  return [
    insert(
      named(booking),
      ['change_id', 'script_hash', booking.quote('change'), 'project', 'note', ...whoAndWhen],
      [id, booking.migration.checksums?.[0] ?? null, change.change, project, note, ...by, ...planned],
    ),
    ...[
      ...change.requires.map(need => ['require', need.as, need.id] as const),
      ...change.conflicts.map(need => ['conflict', need, null] as const),
    ].map(([type, as, on]) => ({
      sql: `INSERT INTO ${beside(booking, 'dependencies')} (change_id, type, dependency, dependency_id) VALUES (?, ?, ?, ?)`,
      args: [id, type, as, on],
    })),
    ...change.tags.map(tag =>
      insert(
        beside(booking, 'tags'),
        ['tag_id', 'tag', 'project', 'change_id', 'note', ...whoAndWhen],
        [tag.id, tag.tag, project, id, tag.note, ...by, ...plannedBy(tag)],
      ),
    ),
    event(booking, 'deploy', change),
  ]
}

const whoAndWhen = ['committer_name', 'committer_email', 'planned_at', 'planner_name', 'planner_email'] as const

function event(booking: Booking, kind: 'deploy' | 'revert', change: SqitchChange): Sql {
  const lists = [
    change.tags.map(({ tag }) => tag).join(','),
    change.requires.map(({ as }) => as).join(','),
    change.conflicts.join(','),
  ]
  return insert(
    beside(booking, 'events'),
    ['event', 'change_id', booking.quote('change'), 'project', 'note', 'tags', 'requires', 'conflicts', ...whoAndWhen],
    [kind, change.id, change.change, change.project, change.note, ...lists, ...by, ...plannedBy(change)],
  )
}

function insert(table: string, columns: readonly string[], args: readonly Json[]): Sql {
  const marks = columns.map(() => '?').join(', ')
  return { sql: `INSERT INTO ${table} (${columns.join(', ')}, committed_at) VALUES (${marks}, ${now})`, args }
}

function plannedBy({ at, planner, email }: { at: string; planner: string; email: string }): readonly string[] {
  return [at.replace('T', ' ').replace('Z', ''), planner, email]
}
