import type { Migration } from '../facts.ts'
import type { MigratedBy } from '../manifest.ts'
import { appliedOf } from './applied.ts'
import type { DirtyState } from './dirty-state.ts'
import type { Applied, Row } from './tool.ts'
import { toolOf } from './tools.ts'

/** `locks`: the rows of the tool's lock table, where it keeps one. */
export function dirtyStates(
  tool: MigratedBy,
  rows: readonly Row[],
  locks: readonly Row[],
  scripts: readonly Migration[],
): readonly DirtyState[] {
  return [...halfApplied(tool, appliedOf(tool, rows, scripts)), ...lockState(tool, locks)]
}

/** Among those that are applied, the ones that are not whole. */
export function halfApplied(tool: MigratedBy, applied: readonly Applied[]): readonly DirtyState[] {
  const { halfApplied: told } = toolOf(tool)
  return applied.flatMap((one, index) => {
    if (one.dirty === undefined) return []
    return told?.(one, applied[index - 1]?.version ?? null) ?? []
  })
}

/** What the rows of its lock table say; empty: nobody holds it. */
export function lockState(tool: MigratedBy, locks: readonly Row[]): readonly DirtyState[] {
  const held = toolOf(tool).lock?.held(locks) ?? null
  return held === null ? [] : [held]
}
