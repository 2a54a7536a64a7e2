import type { RecordCommand, ServiceCommand, TryCommand } from '../../state/command.ts'
import type { HostSight } from '../../state/drill/mark.ts'
import type { Deploying } from '../../state/deploying.ts'
import type {
  Configurations,
  HostRecord,
  ImageNamed,
  Instance,
  Kept,
  Observed,
  Probed,
  Recorded,
  ReleaseFound,
} from '../../state/facts.ts'
import type { Result } from '../../state/fault.ts'
import type { Space } from '../../state/space.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { Permit, RunContext } from '../permit.ts'

/** All a watcher ever has of a host: nothing here writes. Everything answers within its own deadline. */
export type ServiceLook = {
  readonly observe: (instance: Instance) => Promise<Observed>
  /** What is on the host; and of `wanted` what is not, with where it can be fetched from. */
  readonly releases: (instance: Instance, wanted?: readonly Recorded[]) => Promise<readonly ReleaseFound[]>
  /** What would be left of a release if its host lost it. Null: the adapter knows no other place. */
  readonly kept: (instance: Instance, digest: string, image: ImageNamed | undefined) => Promise<Kept | null>
  /** Text files below `path` inside a release, sorted by name. */
  readonly files: (
    instance: Instance,
    release: string,
    path: string,
  ) => Promise<Result<readonly { readonly name: string; readonly text: string }[]>>
  /** Leftovers beside it, and what of it is easily missed: sentences for the plan. */
  readonly surroundings: (instance: Instance) => Promise<readonly string[]>
  /** Room where it keeps its images. Null: the adapter keeps none. */
  readonly space: (host: string) => Promise<Space | null>
  /** Who else deploys there right now, as far as it shows. */
  readonly deploys: (host: string) => Promise<readonly Deploying[]>
  /** Whose configuration it could be made with, of containers of `wanted`. Null: the adapter knows no such thing. */
  readonly configurations: (instance: Instance, wanted: readonly Recorded[]) => Promise<Configurations | null>
  readonly errors: (instance: Instance, lines: number) => Promise<readonly string[]>
  readonly health: (instance: Instance) => Promise<Health>
  readonly record: (host: string) => Promise<Result<HostRecord>>
  /** What the host keeps of the schema that a fingerprint stands for, as it is packed; null: nothing. */
  readonly schema: (host: string, fingerprint: string) => Promise<Result<string | null>>
  /** What the host itself is called, the same for every bastion: its Engine's id. */
  readonly hostId: (host: string) => Promise<Result<string>>
  /** What it is, whatever name led to it; its mark for drills; whose records it holds as well. */
  readonly drill: (host: string) => Promise<Result<HostSight>>
  /** The host's clock and the age of what runs containers there. */
  readonly machine: (host: string) => Promise<Machine>
  /** Does the command's postcondition hold already? */
  readonly probe: (command: ServiceCommand | RecordCommand, context: RunContext) => Promise<Probed>
  /** Gives connections back. Nothing may be asked afterwards. */
  readonly close: () => Promise<void>
}

export type Machine = {
  /** How far its clock is ahead of this machine's, negative when behind; null: it is this one's, or gives no answer. */
  readonly skewMs: number | null
  /** In words; null: new enough, or not known. */
  readonly tooOld: string | null
}

/** What looks again and again asks; what it learns may be as old as the host's last word, which is then asked for. */
export type ServiceWatch = Pick<ServiceLook, 'observe' | 'health' | 'close'>

export type Health = {
  readonly state: 'healthy' | 'unhealthy' | 'unproven' | 'unknown'
  readonly latencyMs: number | null
  readonly note: string
}

export type ServiceTry = ServiceLook & {
  /** Ends early with a fault when `signal` is aborted. */
  readonly attempt: (
    command: Extract<TryCommand, { kind: `service.${string}` }>,
    evidence: Evidence,
    signal: AbortSignal,
  ) => Promise<Outcome>
}

export type ServiceAct = ServiceTry & {
  /** Spends the permit, changes, and looks again: ok only when the postcondition was seen. */
  readonly apply: (
    command: ServiceCommand | RecordCommand,
    permit: Permit,
    context: RunContext,
    evidence: Evidence,
  ) => Promise<Outcome>
}
