import type { Migration } from '../facts.ts'
import type { MigrationTool } from '../manifest.ts'
import { appliedOf } from './applied.ts'
import { servicesOnly, type DirtyState } from './dirty-state.ts'
import type { Applied, Row } from './tool.ts'
import { tools } from './tools.ts'

/** `locks`: the rows of the tool's lock table, where it keeps one. */
export function dirtyStates(
  tool: MigrationTool,
  rows: readonly Row[],
  locks: readonly Row[],
  scripts: readonly Migration[],
): readonly DirtyState[] {
  return [...halfApplied(tool, appliedOf(tool, rows, scripts)), ...lockState(tool, locks)]
}

/** Among those that are applied, the ones that are not whole. */
export function halfApplied(tool: MigrationTool, applied: readonly Applied[]): readonly DirtyState[] {
  const { halfApplied: told } = tools[tool]
  return applied.flatMap((one, index) => {
    if (one.dirty === undefined) return []
    return [told?.(one, applied[index - 1]?.version ?? null) ?? anyHalf(tool, one.version, one.dirty)]
  })
}

/** What the rows of its lock table say; empty: nobody holds it. */
export function lockState(tool: MigrationTool, locks: readonly Row[]): readonly DirtyState[] {
  const held = tools[tool].lock?.held(locks) ?? null
  return held === null ? [] : [held]
}

function anyHalf(tool: string, version: string, why: string): DirtyState {
  return {
    what: `${tool} tells that ${version} is not whole: ${why}`,
    means: 'How many of its statements were carried out is not known.',
    ways: [
      'Compare the schema with the script, carry out what is missing by hand, and tell the tool that it is done.',
      'Take back by hand what was done of it, and tell the tool that it is not applied.',
      servicesOnly,
    ],
  }
}
