import type { Channel } from '../channel.ts'
import type { HostRecord } from '../facts.ts'
import type { Result } from '../fault.ts'
import type { Manifest } from '../manifest.ts'
import type { HostSight, Sight } from './mark.ts'
import type { ListRead } from './production.ts'
import type { Scenario } from './scenario.ts'

/** What a drill would be, and what its targets, the list of production and this home said when they were asked. */
export type DrillQuestion = {
  readonly manifest: Manifest
  readonly scenario: Scenario
  /** Every reference to a secret that stands anywhere in the manifest. */
  readonly references: readonly string[]
  /** Null: they were not asked, because to ask would have taken a credential of production's. */
  readonly seen: Seen | null
  readonly list: ListRead
  readonly past: readonly PastProduction[]
  readonly hash: (text: string) => string
}

/** The targets, asked what they are. */
export type Seen = {
  readonly hosts: Readonly<Record<string, Result<HostSight>>>
  readonly records: Readonly<Record<string, Result<HostRecord>>>
  readonly databases: Readonly<Record<string, Result<Sight>>>
  /** Of each inject, whether it could be put there and would be gone by itself: how, or why not. */
  readonly faults: Readonly<Record<string, Result<string>>>
}

/** A run of a production environment in this home, by its first line. */
export type PastProduction = {
  readonly run: string
  readonly at: string
  readonly environment: string
  readonly references: readonly string[]
  readonly channels: readonly Channel[]
}

/** Why a drill is not played: what is so, and what to do about it. */
export type DrillRefusal = { readonly code: string; readonly what: string; readonly next: string }

/** What a rule found: why not, or what it has proven, and from where. */
export type Found = { readonly refusals: readonly DrillRefusal[]; readonly proven: readonly string[] }

export function refusal(code: string, what: string, next: string): DrillRefusal {
  return { code, what, next }
}
