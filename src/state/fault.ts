import type { Blocked } from './blocked.ts'

/** An error as the operator reads it: what happened, what it means now, what to do next. Plain data, safe to journal. */
export type Fault = {
  /** Stable, lower case, dotted: `service.will-not-start`. */
  readonly code: string
  /** What happened, and to what. */
  readonly what: string
  /** What it means for the run now. */
  readonly means: string
  /** The next action. */
  readonly next: string
  /** A driver's own words, stripped and masked. Never matched against. */
  readonly detail?: string
  /** Sessions at a database that keep it from being done. */
  readonly blocked?: Blocked
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault }

/** A fault on one line, for logs and stderr. */
export function sentence(fault: Fault): string {
  const detail = fault.detail === undefined ? '' : ` (${fault.detail})`
  return `${fault.what}${detail}. ${fault.means} ${fault.next}`
}
