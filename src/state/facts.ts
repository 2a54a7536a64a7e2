import type { DatabaseFact } from './database-facts.ts'
import type { Deploying } from './deploying.ts'
import type { Fault } from './fault.ts'
import type { Json } from './json.ts'
import type { Rehearsal } from './rehearsal.ts'
import type { RoomNeeded, Space } from './space.ts'

/** `api@web-1` */
export type InstanceKey = `${string}@${string}`
export type Instance = { readonly service: string; readonly host: string }

export function instanceKey(instance: Instance): InstanceKey {
  return `${instance.service}@${instance.host}`
}

/** Where an image can be had again: its name as the container has it, and the digests registries know it by. */
export type ImageNamed = {
  /** `registry:5000/shop/api:1.2.2` */
  readonly name: string
  /** `registry:5000/shop/api@sha256:...` */
  readonly digests: readonly string[]
  /** Unpacked, as its Engine tells. */
  readonly bytes?: number
}

/** What people set of a container, as it can be compared without telling its values (ADR 11). */
export type ConfigSeen = {
  /** Which key the values were hashed with: hashes of two keys cannot be compared. */
  readonly key: string
  readonly env: Readonly<Record<string, string>>
  readonly mounts: readonly string[]
  readonly ports: readonly string[]
  readonly networks: readonly string[]
}

/** Containers of one service on a Docker host whose configuration could be taken, each by the beginning of its id. */
export type Configurations = {
  /** What stands in the service's place. */
  readonly today: string | null
  /** Names in the environments of these whose values are secrets, as their names or their looks say. */
  readonly secrets: readonly string[]
  /** They do not run, and are of releases that were recorded. */
  readonly stopped: readonly Configured[]
}

export type Configured = {
  readonly id: string
  readonly name: string
  readonly digest: string
  readonly config: ConfigSeen
  /** Networks, volumes and containers that it needs and that are gone, in words. */
  readonly lacks: readonly string[]
}

/** A config or secret as a service of a Swarm refers to it. Its content never changes under one id. */
export type SwarmReference = {
  readonly id: string
  readonly name: string
  /** Where it stands in the container, as the Engine has it: Name, UID, GID, Mode. Null: it is no file. */
  readonly file: Json
}

export type SwarmReferences = {
  readonly configs: readonly SwarmReference[]
  readonly secrets: readonly SwarmReference[]
}

/** Where what is not on a host can be fetched from. */
export type FetchFrom =
  | { readonly kind: 'registry'; readonly reference: string }
  | { readonly kind: 'archive'; readonly file: string }

/** What starts a container again by itself: `no`, `always`, `unless-stopped` or `on-failure`, that many times. */
export type RestartPolicy = { readonly name: string; readonly retries: number }

/** What is seen of one service on one host, from the host itself and not from what a link or a tag promises. */
export type Observed = {
  readonly state: 'running' | 'stopped' | 'missing' | 'unreachable'
  /** The release the running process was started from; of a stopped one, the release `current` points at. */
  readonly release: string | null
  /** sha256 over that release's files: `sha256:<hex>`. */
  readonly digest: string | null
  /** The release that the next start would take. */
  readonly pointed: string | null
  readonly pid: number | null
  readonly since: string | null
  readonly note: string | null
  /** On a Docker host: what starts it again by itself. */
  readonly restart?: RestartPolicy
  /** On a Docker host: the services whose network, processes or memory it uses, or containers of nobody's. */
  readonly sharesWith?: readonly string[]
  /** On a Docker host, where the target may start first: what only one can hold, in words. */
  readonly exclusive?: readonly string[]
  /** Containers that are in no manifest and use its network, processes or memory. */
  readonly strangers?: readonly string[]
  /** On a Docker host. */
  readonly image?: ImageNamed
  readonly config?: ConfigSeen
  /** On a Swarm. */
  readonly references?: SwarmReferences
}

export type ReleaseFound = {
  readonly release: string
  readonly digest: string | null
  readonly complete: boolean
  readonly why: string | null
  /** Left out: it is on the host. Otherwise it is fetched before anything stops. */
  readonly fetch?: FetchFrom
  /** For what is to be fetched. */
  readonly room?: RoomNeeded
  /** Names that lead to it on this host now. */
  readonly tags?: readonly string[]
  /** On a Swarm: each node pulls what it is to run, when it is to. */
  readonly pulledBy?: 'nodes'
}

/** What of an image is left when its host loses it. */
export type Kept = {
  /** `unknown`: it could not be asked. */
  readonly registry: 'holds it' | 'does not' | 'unknown'
  /** Why the registry does not, or could not be asked. */
  readonly why: string
  /** The saved archive that holds it. */
  readonly archive: string | null
}

/** One service on one host, as it was when the release was recorded. */
export type Recorded = {
  readonly release: string
  readonly digest: string
  /** On a Docker host; older entries have none of these. */
  readonly restart?: RestartPolicy
  readonly image?: ImageNamed
  readonly config?: ConfigSeen
  /** On a Swarm. */
  readonly references?: SwarmReferences
}

/** A release known to have worked: versions, digests, schema. The ledger is a list of these, oldest first. */
export type LedgerEntry = {
  readonly version: string
  readonly recordedAt: string
  readonly by: string
  /** False once a rollback away from it was approved. */
  readonly good: boolean
  readonly services: Readonly<Record<InstanceKey, Recorded>>
  readonly databases: Readonly<Record<string, { readonly fingerprint: string; readonly migrations: readonly string[] }>>
}

export type Freeze = {
  readonly since: string
  readonly by: string
  readonly run: string | null
  readonly reason: string
}

export type Lock = {
  readonly environment: string
  readonly run: string
  readonly who: string
  /** Machine the holder's engine runs on. */
  readonly on: string
  readonly since: string
  readonly reason: string
  /** What the holder's manifest calls the host it stands on. */
  readonly host?: string
  /** Tells the bastion that holds it from one that the run was taken over from. Older ones have none. */
  readonly holder?: string
  /** The holder's run directory, for `astern attach` from another home. */
  readonly directory: string
}

/** The environment's record as one host tells it. */
export type HostRecord = {
  readonly ledger: readonly LedgerEntry[]
  readonly freeze: Freeze | null
  readonly lock: Lock | null
  /** Versions rolled back and not cleared since: `gate` refuses them. */
  readonly refused: readonly {
    readonly version: string
    readonly digests: readonly string[]
    readonly run: string
    readonly since: string
  }[]
  /** Oldest first; left out: nothing was rehearsed. */
  readonly rehearsals?: readonly Rehearsal[]
}

export type {
  Applied,
  DatabaseFact,
  Effect,
  Migration,
  SchemaObject,
  ServerFact,
  Statement,
} from './database-facts.ts'

export type ServiceFact = {
  readonly observed: Observed
  readonly releases: readonly ReleaseFound[]
  readonly health: 'healthy' | 'unhealthy' | 'unproven' | 'unknown'
  readonly healthNote: string | null
  /** Last error lines of its log, stripped and masked, newest last. */
  readonly errors: readonly string[]
  /** What stands around it on its host and a person should know before it is changed. */
  readonly surroundings?: readonly string[]
  /** On a Docker host. */
  readonly configurations?: Configurations
}

/** All that phases 1 and 2 judge from. Gathered by looking only. */
export type Facts = {
  readonly at: string
  readonly services: Readonly<Record<InstanceKey, ServiceFact>>
  readonly databases: Readonly<Record<string, DatabaseFact>>
  readonly records: Readonly<Record<string, HostRecord | { readonly fault: Fault }>>
  /** Per service and host, what of the images of the target and of today would outlive a prune. Docker hosts only. */
  readonly kept?: Readonly<Record<InstanceKey, readonly KeptImage[]>>
  /** Of Docker hosts and Swarms, room for images. */
  readonly space?: Readonly<Record<string, Space>>
  /** Per host, who else deploys there; left out: nobody is seen to. */
  readonly deploying?: Readonly<Record<string, readonly Deploying[]>>
}

export type KeptImage = Kept & { readonly of: 'target' | 'current'; readonly release: string; readonly digest: string }

/** What a read-only probe of a command's postcondition found. */
export type Probed = {
  readonly verdict: 'holds' | 'not yet' | 'unclear'
  readonly observed: Json
  readonly says: string
}
