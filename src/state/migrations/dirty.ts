import type { Migration } from '../facts.ts'
import type { MigrationTool } from '../manifest.ts'
import { appliedOf } from './applied.ts'
import type { DirtyState } from './dirty-state.ts'
import type { Row } from './tool.ts'
import { tools } from './tools.ts'

/** `locks`: the rows of the tool's lock table, where it keeps one. */
export function dirtyStates(
  tool: MigrationTool,
  rows: readonly Row[],
  locks: readonly Row[],
  scripts: readonly Migration[],
): readonly DirtyState[] {
  const { halfApplied, lock } = tools[tool]
  const applied = appliedOf(tool, rows, scripts)
  const half = applied.flatMap((one, index) => {
    if (one.dirty === undefined) return []
    return halfApplied?.(one, applied[index - 1]?.version ?? null) ?? []
  })
  const held = lock?.held(locks) ?? null
  return held === null ? half : [...half, held]
}
