import type { Migration } from '../facts.ts'
import type { Result } from '../fault.ts'
import type { MigratedBy } from '../manifest.ts'
import { statementsOf } from './statements.ts'
import type { Hash, MigrationFile, ReadSql } from './tool.ts'
import { toolOf } from './tools.ts'

/** The migrations of a release, oldest first, out of the files below the directory its tool keeps them in. */
export function parseScripts(
  tool: MigratedBy,
  files: readonly MigrationFile[],
  hash: Hash,
  read: ReadSql = statementsOf,
): Result<readonly Migration[]> {
  return toolOf(tool).scripts(files, hash, read)
}
