import type { Choice } from '../choice.ts'
import type { EnvironmentClass } from '../manifest.ts'
import type { PhaseNumber } from '../phases.ts'

/** The checked form of a scenario: a game day written down before it is played. Durations are milliseconds. */
export type Scenario = {
  readonly id: string
  readonly title: string
  /** What whoever plays it is told at the beginning, and no more than they would know. */
  readonly briefing: string | null
  /** What whoever plays it is to have learnt. */
  readonly objectives: readonly string[]
  /** Environments it was written for, by name, and the classes they may have. */
  readonly environment: { readonly names: readonly string[]; readonly classes: readonly EnvironmentClass[] }
  readonly roles: Roles
  /** Checks that pass before anything is injected, and again after the clean-up. */
  readonly steadyState: readonly string[]
  readonly injects: readonly Inject[]
  readonly hints: readonly Hint[]
  readonly expected: { readonly decision: Choice; readonly path: readonly string[] }
  readonly targets: Targets
  readonly stopConditions: readonly StopCondition[]
  readonly blastRadius: BlastRadius
  /** The drill is over by then, whatever happened. Null: none is given, which the proof refuses. */
  readonly deadlineMs: number | null
  /** What is done once every inject was taken back. */
  readonly cleanUp: readonly CleanUp[]
}

export type Roles = {
  readonly owner: string
  readonly coordinator: string
  readonly reporter: string
  readonly observers: readonly string[]
  /** Whoever knows the system best does not play. */
  readonly expertAbsent: boolean
}

/** `afterMs`: since the drill began. */
export type Moment =
  | { readonly kind: 'time'; readonly afterMs: number }
  | { readonly kind: 'phase'; readonly phase: PhaseNumber; readonly step: string | null }

export type Inject = {
  readonly id: string
  readonly when: Moment
  readonly fault: FaultKind
  readonly target: InjectTarget
  readonly settings: FaultSettings
  /** Taken away by itself at the target after so long. Null: none is given, which the proof refuses where something is changed. */
  readonly expiresMs: number | null
  /** Of an event: what is said, and by whom. */
  readonly text: string | null
  readonly wantsAnswer: boolean
}

/** What a kind of fault wants to know besides its target; each is left out where it does not. */
export type FaultSettings = {
  /** Of row_locks and statement_failure: whose rows. */
  readonly table?: string
  /** Of latency: so much later. Of restart_loop: ended again so long after its start. Milliseconds. */
  readonly everyMs?: number
  /** Of image_gone and tag_moved. */
  readonly release?: string
  /** Of tag_moved: what the name leads to in its place. */
  readonly instead?: string
  /** Of slow_queries: so many at once. */
  readonly sessions?: number
}

export type InjectTarget =
  | { readonly kind: 'service'; readonly service: string; readonly host: string }
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'database'; readonly database: string }
  | { readonly kind: 'channel'; readonly channel: string }
  /** One of drill.commands: what a team does to itself in its own way. */
  | { readonly kind: 'command'; readonly command: string }
  /** The operator's own console, their link to it, or their ear. */
  | { readonly kind: 'operator' }

/** What each kind of fault is done to. */
export const faultTargets = {
  stop: 'service',
  kill: 'service',
  pause: 'service',
  restart_loop: 'service',
  latency: 'service',
  errors: 'service',
  cut_off: 'service',
  image_gone: 'service',
  tag_moved: 'service',
  disk_full: 'host',
  daemon_gone: 'host',
  row_locks: 'database',
  slow_queries: 'database',
  statement_failure: 'database',
  channel_down: 'channel',
  console_killed: 'operator',
  link_dropped: 'operator',
  command: 'command',
  event: 'operator',
} as const satisfies Readonly<Record<string, InjectTarget['kind']>>

export type FaultKind = keyof typeof faultTargets

export const faultKinds = Object.keys(faultTargets) as readonly FaultKind[]

/** An event is said and a console is killed: nothing is left of them that could be taken away. */
export function leavesNothing({ fault }: Pick<Inject, 'fault'>): boolean {
  return fault === 'event' || fault === 'console_killed'
}

/** `cost`: points it takes from the score. */
export type Hint = { readonly after: Moment; readonly text: string; readonly cost: number }

/** Each null: no target is given, and none is missed. */
export type Targets = {
  readonly detectMs: number | null
  readonly declareMs: number | null
  readonly decideMs: number | null
  readonly mitigateMs: number | null
  readonly verifyMs: number | null
  readonly firstMessageMs: number | null
  readonly longestSilenceMs: number | null
}

export type StopCondition =
  | { readonly kind: 'check'; readonly check: string; readonly failsForMs: number }
  /** A person stops it when they see this. */
  | { readonly kind: 'seen'; readonly text: string }

/** All that may be hurt, by the names astern.yaml has for it. */
export type BlastRadius = {
  readonly hosts: readonly string[]
  readonly services: readonly string[]
  readonly databases: readonly string[]
  readonly channels: readonly string[]
}

export type CleanUp =
  | { readonly kind: 'check'; readonly check: string }
  /** Done by a person, who says so. */
  | { readonly kind: 'hand'; readonly text: string }
