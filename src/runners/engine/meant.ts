import type { LedgerEntry } from '../../state/facts.ts'
import type { PlanOptions } from '../../state/plan.ts'

/** What is meant to be done, as far as it changes what is looked at. */
export type Meant = {
  /** One that was named. */
  readonly version?: string | null
  /** A release that is looked for elsewhere where its host has lost it, whatever the ledgers say of it. */
  readonly also?: LedgerEntry['services']
  /** Judged by what they say of themselves, or the newest read to their end as well. Left out: not looked at. */
  readonly backups?: 'judged' | 'read'
}

export function meantBy({ version, restore }: PlanOptions): Meant {
  return { version, backups: restore === undefined ? 'judged' : 'read' }
}
