import type { Json } from '../json.ts'

/** A change to astern.yaml that a run gave reason for. Plain data: what becomes of the file is for a person to say. */
export type Proposal = {
  /** The same rule at the same place has the same: `stop-grace.api`. */
  readonly id: string
  readonly rule: RuleName
  /** In the file. An item of a list is named by its own `name`. */
  readonly path: readonly string[]
  readonly change: Change
  readonly why: string
  readonly evidence: readonly Evidence[]
}

export type Change =
  /** As written in the file; `was` null: not written, and so the default. Durations are texts: `30s`. */
  | { readonly kind: 'set'; readonly was: Json; readonly becomes: Json }
  /** A comment below what the path names: the value would be guessed. Without `# `. */
  | { readonly kind: 'suggest'; readonly comment: string }
  /** Only a person knows what to write, if anything. */
  | { readonly kind: 'look' }

/** An event of a run's journal. */
export type Evidence = { readonly run: string; readonly seq: number; readonly says: string }

/** Turned down for good, and by whom. */
export type Never = { readonly id: string; readonly by: string; readonly at: string; readonly reason: string }

/** `never` wants a reason: it is not proposed again. */
export type ProposalAnswer = { readonly answer: 'accept' | 'not now' | 'never'; readonly reason: string }

export type Learnt = {
  readonly proposals: readonly Proposal[]
  /** Handed on from run to run. */
  readonly never: readonly Never[]
}

export type RuleName =
  | 'stop-grace'
  | 'health-deadline'
  | 'checks-deadline'
  | 'check-timeout'
  | 'program-timeout'
  | 'flaky-check'
  | 'overridden-check'
  | 'unseen'
  | 'no-health'
  | 'artifacts'
  | 'backup-age'
  | 'replica-lag'
  | 'rows-lost'
  | 'undeclared-writers'
  | 'channel'
  | 'retried'

/** A name as a part of an id: it stands on a command line. */
export function slug(name: string): string {
  return name.replaceAll(/[^\w.@-]+/g, '-')
}
