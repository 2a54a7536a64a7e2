import type { MysqlDatabase } from '../../../state/manifest.ts'

export type MysqlConfig = {
  readonly name: string
  readonly database: MysqlDatabase
  /** A secret reference -> its value. */
  readonly resolve: (value: string) => Promise<string>
  readonly now: () => Date
}
