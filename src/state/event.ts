import type { Blocked, SeenSession } from './blocked.ts'
import type { Choice } from './choice.ts'
import type { CheckResult } from './check-result.ts'
import type { Command } from './command.ts'
import type { Detection } from './detection.ts'
import type { DrillEvent } from './drill/play/event.ts'
import type { Scenario } from './drill/scenario.ts'
import type { MessageCommand } from './message.ts'
import type { Facts } from './facts.ts'
import type { Fault } from './fault.ts'
import type { Json } from './json.ts'
import type { Learnt, ProposalAnswer } from './learning/proposal.ts'
import type { EnvironmentClass, Manifest } from './manifest.ts'
import type { Chosen, Plan, PlanOptions, Repeat } from './plan.ts'
import type { Signal } from './signal.ts'

export type Actor = {
  readonly name: string
  readonly uid: number
  /** Machine or SSH address the person came from; `engine` for the engine itself. */
  readonly from: string
}

/** Before the plan was approved, while it runs, after its last step. */
export type Stage = 'before' | 'during' | 'after'

export type Severity = 'SEV-1' | 'SEV-2' | 'SEV-3' | 'SEV-4' | 'SEV-5'
export { choices, type Choice } from './choice.ts'

export type Decision = {
  readonly severity: Severity
  readonly choice: Choice
  readonly reason: string
  readonly scope: string
  readonly impact: string
  /** ISO time after which another way is taken. */
  readonly turnBackAt: string | null
  /** When users were first hurt, as far as is known. Left out in older journals. */
  readonly beganAt?: string | null
  /** When it was noticed, where that was said, and by what: an alert, a customer. */
  readonly detected?: Detection
  /** What was said when strong objections were asked for; empty: nobody says they were. */
  readonly objections?: string
}

export type Output = { readonly path: string; readonly bytes: number; readonly sha256: string }

/** What happened. One line of the journal carries one of these. */
export type RunEvent =
  | {
      readonly kind: 'run.opened'
      readonly purpose: RunPurpose
      readonly environment: string
      readonly class: EnvironmentClass
      readonly manifest: Manifest
      readonly manifestFile: string
      readonly options: PlanOptions
      /** Of the headless caller: what it confirmed beforehand. */
      readonly confirmed: { readonly names: readonly string[]; readonly planHash: string | null }
      readonly headless: boolean
      readonly version: string
      /** Of the machine it was opened on (`Europe/Madrid`), where the manifest names none. Left out in older journals. */
      readonly timezone?: string
      /** The run whose lock is broken, its id typed by a person, and why. */
      readonly breaks?: { readonly run: string; readonly reason: string }
      /** The drill it is played in: its run, and what it is called. */
      readonly drill?: { readonly run: string; readonly title: string }
    }
  | DrillEvent
  /** Stands before the events an intent led to, so that the same intent sent twice counts once. */
  | { readonly kind: 'intent.taken'; readonly id: string; readonly ask: string }
  | { readonly kind: 'engine.started'; readonly pid: number; readonly version: string }
  | { readonly kind: 'journal.recovered'; readonly droppedBytes: number }
  | { readonly kind: 'helm.taken'; readonly epoch: number; readonly console: string; readonly reason: string | null }
  | { readonly kind: 'helm.left'; readonly epoch: number; readonly console: string }
  /** Whoever has it is asked for it, by this console. */
  | { readonly kind: 'helm.asked'; readonly epoch: number; readonly console: string; readonly reason: string | null }
  /** By whoever had it, to the console that asked. `to`: the name of who sits there. */
  | { readonly kind: 'helm.given'; readonly epoch: number; readonly console: string; readonly to: string }
  | {
      readonly kind: 'helm.kept'
      readonly epoch: number
      readonly console: string
      readonly to: string
      readonly word: string | null
    }
  /** The console that asked is gone. */
  | { readonly kind: 'helm.unasked'; readonly console: string; readonly name: string }
  /** The run goes on with another bastion, from the copy its hosts have. Its locks are to be taken over. */
  | {
      readonly kind: 'run.moved'
      readonly to: { readonly on: string; readonly directory: string }
      readonly reason: string
      /** How much of the journal there was, and on which hosts. */
      readonly took?: string
    }
  /** What each host is called by every bastion, whatever its manifest calls it: its Engine's id, which a copied machine may share. Null: no answer. */
  | { readonly kind: 'hosts.identified'; readonly ids: Readonly<Record<string, string | null>> }
  | {
      readonly kind: 'facts.gathered'
      readonly facts: Facts
      readonly proposed: { readonly severity: Severity; readonly why: string; readonly scope: string }
    }
  | { readonly kind: 'decision.made'; readonly decision: Decision }
  | { readonly kind: 'plan.proposed'; readonly plan: Plan; readonly hash: string }
  | { readonly kind: 'plan.failed'; readonly fault: Fault }
  /** Approved by one person, where a second one has to as well: nothing is done yet. */
  | {
      readonly kind: 'plan.signed'
      readonly hash: string
      readonly typed: readonly string[]
      readonly unattendedUntil: string | null
    }
  /** By whoever is at the helm; where it was signed, by the second person. */
  | {
      readonly kind: 'plan.approved'
      readonly hash: string
      readonly typed: readonly string[]
      readonly unattendedUntil: string | null
    }
  | {
      readonly kind: 'plan.revised'
      readonly plan: Plan
      readonly hash: string
      readonly why: string
      readonly diff: readonly string[]
    }
  | ({ readonly kind: 'plan.withdrawn'; readonly hash: string } & Chosen)
  /** Its way back is to be tried on a clone, while it waits. */
  | { readonly kind: 'rehearsal.asked'; readonly hash: string }
  | {
      readonly kind: 'rehearsal.ended'
      readonly hash: string
      readonly outcome: 'kept' | 'failed'
      readonly says: string
    }
  | {
      readonly kind: 'step.begun'
      readonly step: string
      readonly attempt: number
      readonly command: Command
      readonly commandHash: string
      readonly repeat: Repeat
      readonly epoch: number
    }
  | {
      readonly kind: 'step.probed'
      readonly step: string
      readonly attempt: number
      readonly verdict: 'holds' | 'not yet' | 'unclear'
      readonly says: string
      readonly observed: Json
    }
  | {
      readonly kind: 'step.settled'
      readonly step: string
      readonly attempt: number
      readonly outcome: 'ok' | 'already' | 'failed'
      readonly says: string
      readonly observed: Json
      readonly fault: Fault | null
      readonly output: Output | null
    }
  /** A deadline passed, or the engine died: neither done nor failed until looked at. */
  | {
      readonly kind: 'step.unknown'
      readonly step: string
      readonly attempt: number
      readonly why: 'the engine ended' | 'its deadline passed' | 'nobody answered'
    }
  | { readonly kind: 'step.retried'; readonly step: string }
  | { readonly kind: 'step.skipped'; readonly step: string; readonly reason: string }
  /** Who keeps the statement at work in a database waiting; nobody any more where there are no sessions. */
  | ({ readonly kind: 'sessions.blocking'; readonly database: string } & Blocked)
  /** A person has these ended, because they keep the step waiting. */
  | {
      readonly kind: 'sessions.named'
      readonly step: string
      readonly attempt: number
      readonly database: string
      readonly sessions: readonly SeenSession[]
    }
  | { readonly kind: 'held'; readonly reason: string; readonly by: 'person' | 'engine' }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'checks.started'; readonly suite: CheckSuite }
  | { readonly kind: 'check.settled'; readonly suite: CheckSuite; readonly result: CheckResult }
  | { readonly kind: 'checks.ended'; readonly suite: CheckSuite }
  | { readonly kind: 'validation.accepted'; readonly reason: string | null }
  | {
      readonly kind: 'message.queued'
      readonly id: string
      readonly command: MessageCommand
      readonly audience: string
    }
  | { readonly kind: 'message.edited'; readonly subject: string; readonly text: string }
  | { readonly kind: 'signal.changed'; readonly signal: Signal }
  | {
      readonly kind: 'signal.summed'
      readonly key: string
      readonly stage: Stage
      readonly from: string
      readonly samples: number
      readonly failures: number
      readonly latencyMs: number | null
    }
  | { readonly kind: 'note.added'; readonly text: string }
  | { readonly kind: 'lessons.added'; readonly lessons: string; readonly owner: string; readonly reviewAt: string }
  | {
      readonly kind: 'review.booked'
      readonly file: string
      readonly at: string
      readonly owner: string
      readonly sha256: string
      /** Of the invitation; each moves the one before. Left out: 0. */
      readonly sequence?: number
      /** The run it is about, where that is closed and this is an errand's journal (ADR 33). */
      readonly of?: string
    }
  /** By a person, while the run lasts; what they are told who are invited is `review.cancelled`. */
  | { readonly kind: 'review.withdrawn'; readonly reason: string }
  | {
      readonly kind: 'review.cancelled'
      /** As of `review.booked`. */
      readonly of?: string
      readonly file: string
      readonly at: string
      readonly owner: string
      readonly sha256: string
      readonly sequence: number
      readonly reason: string
    }
  | { readonly kind: 'report.written'; readonly file: string; readonly bytes: number; readonly sha256: string }
  | { readonly kind: 'conflicts.found'; readonly database: string; readonly conflicts: readonly Json[] }
  | { readonly kind: 'item.signed'; readonly item: string; readonly reason: string }
  /** What the run taught, as changes to astern.yaml for a person to take or leave (ADR 34). */
  | ({ readonly kind: 'proposals.made' } & Learnt)
  /** `of`, here and below: the run that proposed it, where it was over by then and this is an errand. */
  | ({ readonly kind: 'proposal.answered'; readonly id: string; readonly of?: string } & ProposalAnswer)
  /** What the console that took it made of the file; `written` false: nothing, and why. */
  | {
      readonly kind: 'proposal.written'
      readonly id: string
      readonly of?: string
      readonly written: boolean
      readonly says: string
    }
  | { readonly kind: 'fault.seen'; readonly fault: Fault }
  /** The end was asked for; what the run holds at the targets is given back before it closes. */
  | { readonly kind: 'close.asked'; readonly outcome: RunOutcome; readonly why: string }
  | { readonly kind: 'run.closed'; readonly outcome: RunOutcome; readonly why: string }

export type RunPurpose =
  | { readonly kind: 'rollback' }
  | { readonly kind: 'undo'; readonly run: string }
  | { readonly kind: 'errand'; readonly what: string }
  /** Nothing is rolled back: faults are put at the targets, and taken back. */
  | { readonly kind: 'drill'; readonly scenario: Scenario }

export type CheckSuite = 'baseline' | 'after'

/** `reached`: closed with the checklist green or signed off. */
export type RunOutcome = 'reached' | 'short' | 'refused' | 'not needed'

export type EventKind = RunEvent['kind']

/** One line of journal.jsonl. `prev` and `h` chain the lines; `mono` is milliseconds since boot. */
export type Line = {
  readonly v: 1
  readonly seq: number
  readonly ts: string
  readonly mono: number
  readonly boot: string
  readonly run: string
  readonly actor: Actor
  readonly event: RunEvent
  readonly prev: string
  readonly h: string
}
