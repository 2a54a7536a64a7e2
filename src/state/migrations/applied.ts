import type { Migration } from '../facts.ts'
import type { MigratedBy } from '../manifest.ts'
import type { Applied, Place, Row } from './tool.ts'
import { toolOf } from './tools.ts'

/** What is asked of the tool's own table; no value stands in it. */
export function selectApplied(tool: MigratedBy, place: Place): string {
  return toolOf(tool).select(place)
}

/** The lock a running tool holds: its table and what is asked of it. Null: the tool keeps none. */
export function selectLock(tool: MigratedBy, place: Place): { readonly table: string; readonly sql: string } | null {
  const { lock } = toolOf(tool)
  return lock === undefined ? null : { table: lock.table(place.table), sql: lock.select(place) }
}

/** Which migrations are applied, in the order they were. golang-migrate and Alembic keep the last alone: theirs needs the scripts. */
export function appliedOf(tool: MigratedBy, rows: readonly Row[], scripts: readonly Migration[]): readonly Applied[] {
  const { read, reach } = toolOf(tool)
  const applied = read(rows)
  return reach === undefined ? applied : reach(applied, scripts)
}

/** The same for whoever read the table before the scripts were there. */
export function reachOf(
  tool: MigratedBy,
  applied: readonly Applied[],
  scripts: readonly Migration[],
): readonly Applied[] {
  return toolOf(tool).reach?.(applied, scripts) ?? applied
}

/** Whether what is applied is what was wanted; of tools that keep the last alone that one is compared. */
export function sameApplied(tool: MigratedBy, applied: readonly string[], wanted: readonly string[]): boolean {
  const { lastAlone, own } = toolOf(tool)
  if (lastAlone) return applied.at(-1) === wanted.at(-1)
  const all = applied.map(version => ({ version }))
  const versions = (own?.(all, wanted) ?? all).map(({ version }) => version)
  return versions.sort().join('\n') === [...wanted].sort().join('\n')
}
