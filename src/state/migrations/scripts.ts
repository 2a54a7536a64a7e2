import type { Migration } from '../facts.ts'
import type { Result } from '../fault.ts'
import type { MigrationTool } from '../manifest.ts'
import { statementsOf } from './statements.ts'
import type { Hash, MigrationFile, ReadSql } from './tool.ts'
import { tools } from './tools.ts'

/** The migrations of a release, oldest first, out of the files below the directory its tool keeps them in. */
export function parseScripts(
  tool: MigrationTool,
  files: readonly MigrationFile[],
  hash: Hash,
  read: ReadSql = statementsOf,
): Result<readonly Migration[]> {
  return tools[tool].scripts(files, hash, read)
}
