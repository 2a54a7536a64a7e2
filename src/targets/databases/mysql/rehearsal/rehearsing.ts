import type { MysqlRehearsal } from '../../../../state/manifest.ts'
import type { Evidence } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import type { MysqlConfig } from '../config.ts'

/** All that a rehearsal's commands are given. `config`: of what serves. `schema`: the clone. */
export type Rehearsing = {
  readonly config: MysqlConfig
  readonly room: MysqlRehearsal
  readonly schema: string
  readonly context: RunContext
  readonly evidence: Evidence
  readonly signal: AbortSignal
}
