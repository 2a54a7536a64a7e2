import type { Json } from '../../../state/json.ts'

/** What is read of a Swarm's API; whatever else a spec holds goes back as it came. Durations are nanoseconds. */
export type SwarmService = {
  readonly ID: string
  readonly Version: { readonly Index: number }
  readonly UpdatedAt: string
  readonly Spec: Spec
  readonly PreviousSpec?: Spec
  readonly UpdateStatus?: UpdateStatus
}

export type UpdateStatus = {
  readonly State?:
    | 'updating'
    | 'paused'
    | 'completed'
    | 'rollback_started'
    | 'rollback_paused'
    | 'rollback_completed'
    | ''
  readonly StartedAt?: string
  readonly Message?: string
}

export type Spec = {
  readonly Name: string
  readonly Labels?: Readonly<Record<string, string>>
  readonly TaskTemplate: TaskTemplate
  readonly Mode: {
    readonly Replicated?: { readonly Replicas?: number }
    readonly Global?: object
    /** Runs once, and is over. */
    readonly ReplicatedJob?: { readonly MaxConcurrent: number; readonly TotalCompletions: number }
  }
  /** Where an older client put them; the template's own count where both are. */
  readonly Networks?: readonly NetworkAttachment[]
  readonly UpdateConfig?: UpdateConfig
}

export type UpdateConfig = {
  readonly Parallelism: number
  readonly FailureAction?: string
  readonly Monitor?: number
  readonly Delay?: number
  readonly MaxFailureRatio?: number
  readonly Order: string
}

export type TaskTemplate = {
  readonly ContainerSpec: ContainerSpec
  readonly Placement?: { readonly Constraints?: readonly string[] }
  readonly RestartPolicy?: { readonly Condition: string; readonly MaxAttempts?: number }
  readonly Networks?: readonly NetworkAttachment[]
  readonly ForceUpdate?: number
}

export type NetworkAttachment = { readonly Target: string; readonly Aliases?: readonly string[] }

export type ContainerSpec = {
  readonly Image: string
  readonly Command?: readonly string[]
  readonly Args?: readonly string[]
  readonly Env?: readonly string[]
  readonly Dir?: string
  readonly Hostname?: string
  readonly Labels?: Readonly<Record<string, string>>
  readonly StopGracePeriod?: number
  readonly Healthcheck?: { readonly Test?: readonly string[] }
  readonly Configs?: readonly ConfigReference[]
  readonly Secrets?: readonly SecretReference[]
}

export type ConfigReference = { readonly ConfigID: string; readonly ConfigName: string; readonly File?: Json }
export type SecretReference = { readonly SecretID: string; readonly SecretName: string; readonly File?: Json }

export type TaskState =
  | 'new'
  | 'allocated'
  | 'pending'
  | 'assigned'
  | 'accepted'
  | 'preparing'
  | 'ready'
  | 'starting'
  | 'running'
  | 'complete'
  | 'shutdown'
  | 'failed'
  | 'rejected'
  | 'remove'
  | 'orphaned'

export type SwarmTask = {
  readonly ID: string
  readonly CreatedAt: string
  readonly NodeID?: string
  readonly Slot?: number
  readonly DesiredState: TaskState
  readonly Spec: { readonly ContainerSpec?: ContainerSpec }
  readonly Status: {
    readonly Timestamp: string
    readonly State: TaskState
    readonly Message?: string
    readonly Err?: string
    readonly ContainerStatus?: { readonly ContainerID?: string; readonly ExitCode?: number }
  }
}

export type SwarmNode = {
  readonly ID: string
  /** Of managers alone. */
  readonly ManagerStatus?: object
  readonly Description: { readonly Hostname: string }
  readonly Status: { readonly State: string }
  readonly Spec: { readonly Availability: string }
}
