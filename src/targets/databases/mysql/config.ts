import type { MysqlDatabase } from '../../../state/manifest.ts'

export type MysqlConfig = {
  readonly name: string
  readonly database: MysqlDatabase
  /** A secret reference -> its value. */
  readonly resolve: (value: string) => Promise<string>
  readonly now: () => Date
  /** How long one try waits for others' locks; 10 where it is not given. */
  readonly lockWaitSeconds?: number
  /** How long the server lets one look take; 60 where it is not given. */
  readonly lookSeconds?: number
}
