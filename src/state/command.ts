import type { Connect, EnvironmentClass, TrafficCall } from './manifest.ts'
import type { FetchFrom, LedgerEntry, RestartPolicy, SwarmReferences } from './facts.ts'
import { describeFault, isFault, type FaultCommand } from './drill/command.ts'
import { describeDatabase, type DatabaseCommand, type DatabaseProof } from './database-command.ts'
import type { MessageCommand } from './message.ts'
import type { Rehearsal } from './rehearsal.ts'
import { describeRoom, isRoom, rooms, type RoomCommand } from './room-command.ts'
import { rehearsals, type RehearsalCommand } from './rehearsal-command.ts'

export type { DatabaseCommand, Lossy, MarkDatabase, StatementCommand } from './database-command.ts'

/** A change to a target, as plain data. Commands carry no run id: the permit does, so a plan made twice has one hash. */
export type ActCommand =
  | RecordCommand
  | ServiceCommand
  | TrafficCommand
  | DatabaseCommand
  | MessageCommand
  | FaultCommand

export type RecordCommand = RecordChange | KeepSchema | MarkHost

/** Says at the host itself that drills of this environment may hurt it (ADR 46). */
export type MarkHost = { readonly kind: 'drill.mark'; readonly host: string; readonly class: EnvironmentClass }

/** Keeps the schema that a fingerprint in the ledger stands for, packed, beside the record (ADR 20). */
export type KeepSchema = {
  readonly kind: 'schema.keep'
  readonly host: string
  readonly fingerprint: string
  readonly packed: string
}

export type RecordChange =
  | {
      readonly kind: 'lock.take'
      readonly host: string
      readonly reason: string
      /** A run whose lock gives way: its bastion is lost, and a person said so. */
      readonly breaks?: string
    }
  | { readonly kind: 'lock.release'; readonly host: string }
  | { readonly kind: 'freeze.set'; readonly host: string; readonly reason: string }
  | { readonly kind: 'freeze.lift'; readonly host: string }
  | { readonly kind: 'ledger.add'; readonly host: string; readonly entry: LedgerEntry }
  /** Marks a version bad in the ledger, and its digests refused by `gate`. */
  | {
      readonly kind: 'ledger.refuse'
      readonly host: string
      readonly version: string
      readonly digests: readonly string[]
    }
  | { readonly kind: 'ledger.clear'; readonly host: string; readonly version: string }
  /** Keeps what a rehearsal found, in the place of an older one of the same target. */
  | { readonly kind: 'rehearsal.keep'; readonly host: string; readonly rehearsal: Rehearsal }

/** Containers are named by the beginning of their ids. */
export type Configuration = {
  readonly of: string
  /** Whose configuration is left for it. */
  readonly instead: string
  /** Names in the environment whose values stay those of `instead`. */
  readonly secrets: readonly string[]
}

export type ServiceCommand =
  | {
      readonly kind: 'service.stop'
      readonly service: string
      readonly host: string
      readonly graceMs: number
      /** What takes its place. Where that runs already, nothing is left to stop: a lost bastion's journal may lag behind. */
      readonly past?: string
    }
  | {
      readonly kind: 'service.point'
      readonly service: string
      readonly host: string
      readonly release: string
      readonly digest: string
      /** On a Swarm: its image in full, `registry:5000/shop/api:1.2.2@sha256:...`, where it was recorded or seen. */
      readonly image?: string
      /** On a Swarm: configs and secrets in the place of today's. */
      readonly references?: SwarmReferences
      /** On a Docker host: another container's configuration in the place of today's. */
      readonly configuration?: Configuration
      /** What was started beside takes its place, running. */
      readonly beside?: true
    }
  | {
      readonly kind: 'service.start'
      readonly service: string
      readonly host: string
      readonly release: string
      readonly digest: string
      /** On a Docker host: the restart policy it had when the plan was made, off from its stop to its start. */
      readonly restart?: RestartPolicy
    }
  /** Starts the target beside what it will replace, where nothing is held that only one can hold. */
  | {
      readonly kind: 'service.beside'
      readonly service: string
      readonly host: string
      readonly release: string
      readonly digest: string
    }
  /** Takes away what was started beside and is not in place yet. */
  | {
      readonly kind: 'service.withdraw'
      readonly service: string
      readonly host: string
      readonly digest: string
      readonly graceMs: number
    }
  /** A Swarm's own rolling update, to its end. One that fails pauses: nothing but a person takes it back. */
  | {
      readonly kind: 'service.update'
      readonly service: string
      readonly host: string
      readonly release: string
      readonly digest: string
      /** Its image in full, where it was recorded or seen. */
      readonly image?: string
      /** Configs and secrets in the place of today's. */
      readonly references?: SwarmReferences
      /** Tasks at once, in the place of what the service has. */
      readonly parallelism?: number
      /** A task ends before its like starts, whatever the service has: two of it may never run at once. */
      readonly stopFirst?: true
      /** A task that fails within this long of its start counts as failed, where the service has less. */
      readonly monitorMs: number
      /** Up to this long its end is waited for. */
      readonly followMs: number
    }

/** A call to whoever leads requests is over after this time. */
export const trafficCallMs = 10_000

export type TrafficCommand =
  /** Leads requests away from an instance that runs, and lets those under way end. */
  | {
      readonly kind: 'traffic.drain'
      readonly service: string
      readonly host: string
      readonly calls: readonly TrafficCall[]
      readonly waitMs: number
    }
  /** Tells whoever leads requests that an instance is there again. */
  | {
      readonly kind: 'traffic.reload'
      readonly service: string
      readonly host: string
      readonly calls: readonly TrafficCall[]
    }

/** Harmless by nature, journaled, no permit. */
export type TryCommand =
  | {
      readonly kind: 'service.health'
      readonly service: string
      readonly host: string
      readonly release: string
      /** Of what was started beside what it replaces. */
      readonly beside?: true
      /** Watched for so long, instead of the environment's own stable time. */
      readonly stableMs?: number
    }
  /** From inside the started container: does it reach what it depends on? */
  | {
      readonly kind: 'service.connect'
      readonly service: string
      readonly host: string
      readonly to: readonly Connect[]
    }
  /** `argv`: the operator's own tool; `{image}` in it is the image. */
  | { readonly kind: 'image.verify'; readonly of: string; readonly image: string; readonly argv: readonly string[] }
  /** Brings an image onto a host beside what is there; nothing that runs is touched. */
  | {
      readonly kind: 'service.pull'
      readonly service: string
      readonly host: string
      readonly release: string
      readonly digest: string
      /** Null: nothing is known to have it but its host. */
      readonly from: FetchFrom | null
      /** The name it had, given back to it if nothing else has it. */
      readonly name: string | null
    }
  | {
      readonly kind: 'service.prove'
      readonly service: string
      readonly host: string
      readonly release: string
      readonly digest: string
    }
  | DatabaseProof
  | RehearsalCommand
  | RoomCommand

export type Command = ActCommand | TryCommand

export function isTry(command: Command): command is TryCommand {
  return tries.has(command.kind)
}

const tries: ReadonlySet<Command['kind']> = new Set<TryCommand['kind']>([
  'image.verify',
  'service.pull',
  'service.health',
  'service.connect',
  'service.prove',
  'database.count',
  'database.unchanged',
  'database.follow',
  'database.prove',
  ...rehearsals,
  ...rooms,
])

/** One phrase for plan, dialog, log and dry run alike. */
export function describe(command: Command): string {
  if (isRoom(command)) return describeRoom(command)
  if (isFault(command)) return describeFault(command)
  if (isDatabase(command)) return describeDatabase(command)
  switch (command.kind) {
    case 'lock.take':
      return command.breaks === undefined
        ? `take the environment's lock on ${command.host}`
        : `take the environment's lock on ${command.host} over from run ${command.breaks}`
    case 'lock.release':
      return `give the environment's lock on ${command.host} back`
    case 'freeze.set':
      return `freeze deployments on ${command.host}`
    case 'freeze.lift':
      return `lift the freeze on ${command.host}`
    case 'drill.mark':
      return `mark ${command.host} for drills`
    case 'ledger.add':
      return `record ${command.entry.version} as known to work on ${command.host}`
    case 'ledger.refuse':
      return `refuse ${command.version} on ${command.host} until a person clears it`
    case 'ledger.clear':
      return `clear ${command.version} on ${command.host}`
    case 'rehearsal.keep':
      return `keep the rehearsal of ${command.rehearsal.target} on ${command.host}`
    case 'schema.keep':
      return `keep the schema ${command.fingerprint.slice(0, 12)} on ${command.host}`
    case 'image.verify':
      return `verify the signature of ${command.image}`
    case 'service.pull':
      return `${command.from?.kind === 'archive' ? 'load' : 'pull'} the image of ${command.service} ${command.release} onto ${command.host}`
    case 'service.stop':
      return `stop ${command.service} on ${command.host}`
    case 'traffic.drain':
      return `drain ${command.service} on ${command.host}`
    case 'traffic.reload':
      return `lead traffic to ${command.service} on ${command.host} again`
    case 'service.point':
      return `point ${command.service} on ${command.host} at ${command.release}${configuredAs(command.configuration)}`
    case 'service.start':
      return `start ${command.service} ${command.release} on ${command.host}`
    case 'service.beside':
      return `start ${command.service} ${command.release} on ${command.host} beside what it replaces`
    case 'service.withdraw':
      return `take away what was started beside ${command.service} on ${command.host}`
    case 'service.update':
      return `update ${command.service} on ${command.host} to ${command.release}, task by task`
    case 'service.health':
      if (command.beside === true)
        return `wait until what was started beside ${command.service} on ${command.host} is healthy`
      return command.stableMs === undefined
        ? `wait until ${command.service} on ${command.host} is healthy`
        : `watch ${command.service} on ${command.host} for ${Math.round(command.stableMs / 1000)} s`
    case 'service.connect':
      return `ask from inside ${command.service} on ${command.host} what it depends on`
    case 'service.prove':
      return `prove ${command.service} on ${command.host} is ${command.release}`
    case 'message.send':
      return `tell ${command.channel}: ${command.subject}`
  }
}

function isDatabase(command: Command): command is DatabaseCommand | DatabaseProof | RehearsalCommand {
  return command.kind.startsWith('database.')
}

function configuredAs(configuration: Configuration | undefined): string {
  return configuration === undefined ? '' : `, with the configuration of container ${configuration.of}`
}
