import type { Json } from '../../../../../state/json.ts'
import type { Evidence } from '../../../../outcome.ts'
import type { RunContext } from '../../../../permit.ts'
import type { MysqlConfig } from '../../config.ts'
import type { Session } from '../../session.ts'

/** What to say of it, and what was counted. */
export type Told = { readonly says: string; readonly observed: Json }

/** All that a restore's commands are given. */
export type Work = {
  readonly config: MysqlConfig
  readonly session: Session
  readonly context: RunContext
  readonly evidence: Evidence
}
