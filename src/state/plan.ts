import type { Command } from './command.ts'
import type { InstanceKey, LedgerEntry } from './facts.ts'
import { canonical } from './json.ts'
import type { Verdict } from './migrations/judge.ts'
import type { PhaseNumber } from './phases.ts'

export type Risk = 'safe' | 'disruptive' | 'destructive'
export type Repeat = 'by state' | 'by key' | 'never'

export type Step = {
  readonly id: string
  readonly phase: PhaseNumber
  readonly title: string
  readonly command: Command
  /** Ids of steps that must have settled well, or been skipped, before this one. */
  readonly needs: readonly string[]
  /** The state it must leave, in words. */
  readonly leaves: string
  readonly undo: Command | null
  readonly risk: Risk
  readonly repeat: Repeat
  readonly deadlineMs: number
  readonly estimateMs: number
  /** What the estimate stands on. Left out: nothing but the kind of step. */
  readonly estimated?: Estimated
}

/** Past runs that did the same step, and between what it lay; `scaled`: by how much there was then, and is now. Or a rehearsal, on a clone of so many rows. */
export type Estimated =
  | {
      readonly from: 'runs'
      readonly runs: number
      readonly leastMs: number
      readonly mostMs: number
      readonly scaled?: true
    }
  | { readonly from: 'rehearsal'; readonly at: string; readonly rows: number }

export type PlanOptions = {
  readonly version: string | null
  readonly emergency: boolean
  readonly preserveData: boolean
  /** On Docker hosts: the configuration that the target was recorded with. Left out: today's. */
  readonly configuration?: 'recorded'
  /** What can be is restored from a backup, in the place of a reversal. Left out: reversed. */
  readonly restore?: RestoreChoice
  /** Rows that the binlog tells of are taken back. */
  readonly flashback?: FlashbackChoice
  /** Only these services; empty: all that differ. */
  readonly services: readonly string[]
}

/** `backup`: by its name or path; null: the newest that fits. `salvage`: what was written since it returns, as far as it can. */
export type RestoreChoice = {
  readonly backup: string | null
  readonly salvage: boolean
  /** What the binlog has since is replayed into it first. `until`: a place or a time; null: the moment before the migrations. */
  readonly replay?: { readonly until: string | null }
}

/** Places of the binlog, or times in UTC. `database` null: the only one there is. */
export type FlashbackChoice = {
  readonly from: string
  readonly until: string
  readonly tables: readonly string[]
  readonly database: string | null
}

/** What a plan is made again with. Left out: as before. `newest`: out of the newest backup that fits. */
export type Chosen = {
  readonly configuration?: 'today' | 'recorded'
  readonly restore?: 'newest' | 'none'
  readonly replay?: 'all' | 'none'
  /** Another target than the one that was proposed. */
  readonly version?: string
}

export type Found = 'ledger' | 'release directories' | 'stopped containers' | 'images' | 'registry' | 'archives'

/** A release that could be the target. */
export type Candidate = {
  readonly version: string
  readonly found: readonly Found[]
  /** On every host. Null: not looked for beyond its hosts, which a plan that names it does. */
  readonly complete: boolean | null
  /** When it was recorded as known to work; null: no ledger has it. */
  readonly knownGoodAt: string | null
  /** It is the plan's. */
  readonly target: boolean
  /** Why it is not what was proposed; null: it is, or is only older. */
  readonly passedOver: string | null
  /** Why no plan can be made for it; null: one can. */
  readonly cannot: string | null
}

export type AtRisk = {
  readonly database: string
  readonly table: string
  readonly column: string | null
  readonly rows: number
  /** True: kept in an archive table first, so nothing is lost. */
  readonly archived: boolean
}

export type Compatibility =
  | 'nothing to reverse'
  | 'declared compatible'
  | 'rehearsed compatible'
  | 'incompatible'
  | 'unknown'

export type Plan = {
  readonly options: PlanOptions
  /** `rollback`, or the undo of an earlier run. */
  readonly purpose:
    | { readonly kind: 'rollback' }
    | { readonly kind: 'undo'; readonly run: string }
    | { readonly kind: 'revision'; readonly of: string; readonly why: string }
  readonly from: string
  readonly target: LedgerEntry
  readonly order: 'services only' | 'services first' | 'database first'
  readonly orderReason: string
  readonly compatibility: Compatibility
  readonly steps: readonly Step[]
  readonly changes: readonly {
    readonly instance: InstanceKey
    readonly from: string | null
    readonly to: string
    readonly digest: string
  }[]
  readonly migrations: readonly {
    readonly database: string
    readonly version: string
    readonly name: string
    readonly direction: 'down' | 'up'
    readonly statements: number
    /** What its way down is worth; left out in journals of 0.1.0. */
    readonly verdict?: Verdict
    readonly why?: string
  }[]
  /** Counted when the plan was made; outside the hash, because writes go on. */
  readonly atRisk: readonly AtRisk[]
  readonly untouched: readonly string[]
  /** Releases not chosen, each with the reason. */
  readonly passedOver: readonly { readonly version: string; readonly why: string }[]
  /** Every release that could be taken in the target's place, itself among them. Left out in older journals. */
  readonly candidates?: readonly Candidate[]
  readonly warnings: readonly string[]
  /** On Docker hosts: per image of the target and of today, where it is, and what would be left of it after a prune. */
  readonly artifacts?: readonly string[]
  /** Per host, room for what is fetched against what is free, in words. */
  readonly space?: readonly string[]
  /** On Docker hosts: what people changed of the containers since the target was recorded. */
  readonly drift?: readonly string[]
  /** Per database, today's schema against the one that the target was recorded with, in words. */
  readonly schema?: readonly string[]
  /** What of it was rehearsed at exactly this schema and these digests, in words. */
  readonly rehearsed?: readonly string[]
  /** What could be restored from a backup in the place of its reversal, in words. */
  readonly restorable?: readonly string[]
  /** What the binlog could bring into a backup that is restored, in words. */
  readonly replayable?: readonly string[]
  /** With --service: what is not as the target has it, and stays so by choice. */
  readonly leftAside?: readonly string[]
  /** Put back to what they were in the middle of the run, by choice: they are not rolled back. */
  readonly putBack?: readonly InstanceKey[]
  /** Not empty: this plan cannot be approved. */
  readonly blockers: readonly string[]
  /** The first step that cannot simply be swapped back. */
  readonly pointOfNoReturn: string | null
  readonly estimateMs: number
  /** Where the estimates come from, in words. */
  readonly estimates?: readonly string[]
  /** What the approving person types. */
  readonly typed: { readonly environment: string; readonly databases: readonly string[] }
}

/** What approval binds: everything that will be done, not what was merely counted, estimated or said on the way. */
export function planHash(plan: Plan, hash: (text: string) => string): string {
  const { options, purpose, from, target, order, changes, migrations, typed } = plan
  const steps = plan.steps.map(done)
  return hash(canonical({ options, purpose, from, target, order, steps, changes, migrations, typed })).slice(0, 16)
}

function done(step: Step): Omit<Step, 'estimateMs' | 'estimated'> {
  const { estimateMs: _, estimated: __, ...rest } = step
  return rest
}

export function isDestructive(plan: Plan): boolean {
  return plan.steps.some(step => step.risk === 'destructive')
}

/** Its steps in the order they run, by phase: 3 and 4 may come more than once. */
export function stretches({ steps }: Plan): readonly (readonly [PhaseNumber, readonly Step[]])[] {
  const ends = steps.flatMap(({ phase }, index) =>
    steps[index + 1]?.phase === phase ? [] : [{ phase, end: index + 1 }],
  )
  return ends.map(({ phase, end }, index) => [phase, steps.slice(ends[index - 1]?.end ?? 0, end)])
}
