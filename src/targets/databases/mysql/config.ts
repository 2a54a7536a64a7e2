import type { MysqlDatabase } from '../../../state/manifest.ts'
import type { Hand, Say } from './hand.ts'
import type { Programs } from '../../programs/port.ts'

export type MysqlConfig = {
  readonly name: string
  readonly database: MysqlDatabase
  /** A secret reference -> its value. */
  readonly resolve: (value: string) => Promise<string>
  readonly now: () => Date
  /** How long one try waits for others' locks; 10 where it is not given. */
  readonly lockWaitSeconds?: number
  /** Runs migrations that are programs; whoever only looks has none. */
  readonly programs?: Programs
  /** What its adapter is at, for its pulse; whoever only looks does nothing. */
  readonly doing?: Hand['now']
  /** What becomes known of the piece of work in hand. */
  readonly say?: Say
  /** How long the server lets one look take; 60 where it is not given. */
  readonly lookSeconds?: number
}
