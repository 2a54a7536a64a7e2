import type { Blocked, SeenSession } from './blocked.ts'
import type { CheckResult } from './check-result.ts'
import type { Command } from './command.ts'
import type { MessageCommand } from './message.ts'
import type {
  Actor,
  CheckSuite,
  Decision,
  EventKind,
  Output,
  RunOutcome,
  RunPurpose,
  Severity,
  Stage,
} from './event.ts'
import type { DrillState } from './drill/play/drill-state.ts'
import type { Facts } from './facts.ts'
import type { Fault } from './fault.ts'
import type { Json } from './json.ts'
import type { Learnt, ProposalAnswer } from './learning/proposal.ts'
import type { EnvironmentClass, Manifest } from './manifest.ts'
import type { Plan, PlanOptions, Repeat } from './plan.ts'
import type { Signal } from './signal.ts'

/** One run as a fold of its events. Plain data; every console and the engine hold the same one. */
export type RunState = {
  readonly run: RunHeader | null
  readonly seq: number
  readonly at: string
  /** Sequence number of the last event of each kind. */
  readonly last: Readonly<Partial<Record<EventKind, number>>>
  /** Ids of intents taken, newest last. */
  readonly intents: readonly string[]
  readonly engine: { readonly pid: number; readonly version: string; readonly since: string } | null
  readonly helm: Helm
  /** Since it last went on with another bastion; null: it never did. */
  readonly moved: { readonly on: string; readonly at: string; readonly reason: string } | null
  /** Ids of the hosts themselves, by name. Null: not asked yet. */
  readonly hostIds: Readonly<Record<string, string | null>> | null
  readonly facts: Facts | null
  readonly proposed: { readonly severity: Severity; readonly why: string; readonly scope: string } | null
  readonly decision: (Decision & { readonly by: string; readonly at: string }) | null
  readonly message: { readonly subject: string; readonly text: string } | null
  readonly plan: PlanState | null
  readonly planFault: Fault | null
  /** The plan that was withdrawn last: what the next one is told against. Left out: none was. */
  readonly withdrawn?: Plan
  /** Every step ever begun or planned, by id; steps of messages, locks and the record included. */
  readonly steps: Readonly<Record<string, StepState>>
  /** By database: who keeps its statement waiting now. */
  readonly blocking: Readonly<Record<string, Blocked>>
  /** Sessions that people had ended, or asked to, oldest first. */
  readonly endings: readonly Ending[]
  readonly held: { readonly reason: string; readonly by: 'person' | 'engine'; readonly since: string } | null
  readonly suites: Readonly<Record<CheckSuite, Suite | null>>
  readonly accepted: { readonly by: string; readonly at: string; readonly reason: string | null } | null
  readonly messages: Readonly<
    Record<string, { readonly command: MessageCommand; readonly audience: string; readonly at: string }>
  >
  readonly signals: Readonly<Record<string, Signal>>
  /** Samples per key, before the plan was approved, while it ran, and after its last step. */
  readonly sums: Readonly<Record<string, Readonly<Record<Stage, Samples>>>>
  /** How long each key was unhealthy, and since when it is. */
  readonly down: Readonly<Record<string, { readonly ms: number; readonly since: string | null }>>
  readonly notes: readonly { readonly by: string; readonly at: string; readonly text: string }[]
  readonly lessons: {
    readonly lessons: string
    readonly owner: string
    readonly reviewAt: string
    readonly by: string
    readonly at: string
  } | null
  readonly review: {
    readonly file: string
    readonly at: string
    readonly owner: string
    readonly sha256: string
    readonly sequence: number
  } | null
  /** The newest word on a post-mortem that a person called off; `told`: the cancelled invitation, once it is written. */
  readonly calledOff: {
    readonly reason: string
    readonly by: string
    readonly told: RunState['review']
  } | null
  readonly report: {
    readonly file: string
    readonly bytes: number
    readonly sha256: string
    readonly at: string
  } | null
  /** Null: not looked for yet. */
  readonly learnt: Learnt | null
  /** The plan's way back is being tried on a clone. Left out: it never was. */
  readonly rehearsing?: boolean
  /** By the id of a proposal; `written` null: nobody has said yet what became of the file. */
  readonly answered: Readonly<Record<string, Answered>>
  /** Of a drill's own run. Left out: it is none, or nothing has happened yet. */
  readonly drill?: DrillState
  readonly conflicts: readonly { readonly database: string; readonly conflict: Json }[]
  readonly signed: Readonly<Record<string, { readonly by: string; readonly at: string; readonly reason: string }>>
  readonly faults: readonly Fault[]
  readonly recovered: readonly { readonly droppedBytes: number; readonly at: string }[]
  readonly closing: { readonly outcome: RunOutcome; readonly why: string } | null
  readonly closed: { readonly outcome: RunOutcome; readonly why: string; readonly at: string } | null
}

/** `attempt`: of the step that was kept waiting. */
export type Ending = {
  readonly step: string
  readonly attempt: number
  readonly database: string
  readonly sessions: readonly SeenSession[]
  readonly by: string
  readonly at: string
}

export type Answered = ProposalAnswer & {
  readonly by: string
  readonly at: string
  readonly written: { readonly ok: boolean; readonly says: string } | null
}

export type RunHeader = {
  readonly id: string
  readonly purpose: RunPurpose
  readonly environment: string
  readonly class: EnvironmentClass
  readonly manifest: Manifest
  readonly manifestFile: string
  readonly options: PlanOptions
  readonly confirmed: { readonly names: readonly string[]; readonly planHash: string | null }
  readonly headless: boolean
  /** Of the machine it was opened on; null: an older journal does not say. */
  readonly timezone: string | null
  /** The run whose lock this one takes over. */
  readonly breaks: { readonly run: string; readonly reason: string } | null
  /** The drill it is played in. Left out: it is in earnest. */
  readonly drill?: { readonly run: string; readonly title: string }
  readonly openedAt: string
  readonly by: Actor
}

/** `holder` null: nobody is at the helm; the epoch still counts up with each change of hands. */
export type Helm = {
  readonly epoch: number
  readonly holder: { readonly name: string; readonly console: string; readonly since: string } | null
  /** Who asks the holder for it. Left out: nobody does. */
  readonly asked?: HelmAsk
  /** The console that asked last and was told no, by whom and with which word. */
  readonly kept?: { readonly by: string; readonly console: string; readonly at: string; readonly word: string | null }
}

export type HelmAsk = {
  readonly name: string
  readonly console: string
  readonly at: string
  readonly reason: string | null
}

export type PlanState = {
  readonly plan: Plan
  readonly hash: string
  /** 1 for the first; each revision counts up. */
  readonly revision: number
  readonly diff: readonly string[]
  readonly why: string | null
  readonly proposedSeq: number
  /** By one person, where a second one has to approve as well. */
  readonly signed: (Approval & { readonly uid: number; readonly seq: number }) | null
  /** `at`: since when it may be carried out. */
  readonly approved: (Approval & { readonly second?: string }) | null
}

export type Approval = {
  readonly by: string
  readonly at: string
  readonly typed: readonly string[]
  readonly unattendedUntil: string | null
}

export type StepStatus = 'waiting' | 'running' | 'unknown' | 'ok' | 'already' | 'failed' | 'skipped'

/** `latencyMs`: the mean of those that answered; null: none did. */
export type Samples = { readonly samples: number; readonly failures: number; readonly latencyMs: number | null }

export type StepState = {
  readonly id: string
  readonly status: StepStatus
  readonly attempt: number
  readonly command: Command | null
  readonly repeat: Repeat | null
  readonly begunAt: string | null
  readonly settledAt: string | null
  readonly says: string | null
  readonly observed: Json
  readonly fault: Fault | null
  readonly output: Output | null
  readonly skipped: { readonly reason: string; readonly by: string } | null
  /** Of an unknown step: why nobody knows, and what looking found. */
  readonly unknown: {
    readonly why: 'the engine ended' | 'its deadline passed' | 'nobody answered'
    readonly probe: 'holds' | 'not yet' | 'unclear' | null
  } | null
  /** The last event that changed it. */
  readonly seq: number
}

export type Suite = {
  readonly running: boolean
  readonly startedAt: string
  readonly endedAt: string | null
  readonly results: Readonly<Record<string, CheckResult>>
}

/** Where the run waits for a person. `since` is the event that opened or last changed it. */
export type Gate =
  | { readonly id: string; readonly kind: 'decide'; readonly since: number }
  | { readonly id: string; readonly kind: 'approve'; readonly hash: string; readonly since: number }
  /** One person approved; another one has to, from an account of their own. */
  | { readonly id: string; readonly kind: 'second person'; readonly hash: string; readonly since: number }
  | { readonly id: string; readonly kind: 'plan failed'; readonly since: number }
  | { readonly id: string; readonly kind: 'failure'; readonly step: string; readonly since: number }
  /** A step begun and neither done nor failed, that looking could not settle. */
  | { readonly id: string; readonly kind: 'unknown'; readonly step: string; readonly since: number }
  | { readonly id: string; readonly kind: 'held'; readonly reason: string; readonly since: number }
  /** The next step is destructive and nobody is at the helm. */
  | { readonly id: string; readonly kind: 'nobody at the helm'; readonly step: string; readonly since: number }
  | { readonly id: string; readonly kind: 'validate'; readonly since: number }
  | { readonly id: string; readonly kind: 'follow up'; readonly since: number }
