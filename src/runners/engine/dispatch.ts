import type {
  ActCommand,
  Command,
  DatabaseCommand,
  RecordCommand,
  ServiceCommand,
  TrafficCommand,
  TryCommand,
} from '../../state/command.ts'
import { isFault, type FaultCommand } from '../../state/drill/command.ts'
import { isRoom, type RoomCommand } from '../../state/room-command.ts'
import type { MessageCommand } from '../../state/message.ts'
import type { Probed } from '../../state/facts.ts'
import type { Evidence, Outcome } from '../../targets/outcome.ts'
import type { Permit } from '../../targets/permit.ts'
import { verifySignature } from '../../targets/images/verify.ts'
import type { Desk } from './desk.ts'

type Hands = {
  readonly probe: (command: ActCommand) => Promise<Probed>
  readonly apply: (command: ActCommand, permit: Permit, evidence: Evidence) => Promise<Outcome>
  readonly attempt: (command: TryCommand, evidence: Evidence, signal: AbortSignal) => Promise<Outcome>
}

/** The adapter that a command belongs to. Names were checked with the manifest, so a missing one is a bug. */
export function dispatch(desk: Pick<Desk, 'acts' | 'context'>, command: Command): Hands {
  const { acts, context } = desk
  if (isDatabase(command)) {
    const database = known(acts.databases[command.database], command.database)
    return {
      probe: asked => database.probe(asked as DatabaseCommand, context),
      apply: (asked, permit, evidence) => database.apply(asked as DatabaseCommand, permit, context, evidence),
      attempt: (asked, evidence, signal) =>
        database.attempt(asked as Extract<TryCommand, { kind: `database.${string}` }>, context, evidence, signal),
    }
  }
  if (command.kind === 'message.send') {
    const channel = known(acts.channels[command.channel], command.channel)
    return {
      probe: asked => channel.probe(asked as MessageCommand, context),
      apply: (asked, permit, evidence) => channel.apply(asked as MessageCommand, permit, context, evidence),
      attempt: () => Promise.reject(new Error('a channel has nothing to try')),
    }
  }
  if (isTraffic(command)) {
    const { traffic } = acts
    return {
      probe: asked => traffic.probe(asked as TrafficCommand),
      apply: (asked, permit, evidence) => traffic.apply(asked as TrafficCommand, permit, evidence),
      attempt: () => Promise.reject(new Error('traffic has nothing to try')),
    }
  }
  if (command.kind === 'image.verify')
    return {
      probe: () => Promise.reject(new Error('a signature is tried, and not made')),
      apply: () => Promise.reject(new Error('a signature is tried, and not made')),
      attempt: (asked, evidence) => verifySignature(asked as typeof command, evidence),
    }
  if (isFault(command)) {
    const { faults } = acts
    if (faults === null) throw new Error('faults are in the hands of whoever leads a drill alone')
    return {
      probe: asked => faults.probe(asked as FaultCommand, context),
      apply: (asked, permit, evidence) => faults.apply(asked as FaultCommand, permit, context, evidence),
      attempt: () => Promise.reject(new Error('a fault is put there, and not tried')),
    }
  }
  if (isRoom(command))
    return {
      probe: () => Promise.reject(new Error('a room is tried, and not made')),
      apply: () => Promise.reject(new Error('a room is tried, and not made')),
      attempt: (asked, evidence) => acts.rooms.attempt(asked as RoomCommand, context, evidence),
    }
  const { services } = acts
  return {
    probe: asked => services.probe(asked as ServiceCommand | RecordCommand, context),
    apply: (asked, permit, evidence) =>
      services.apply(asked as ServiceCommand | RecordCommand, permit, context, evidence),
    attempt: (asked, evidence, signal) =>
      services.attempt(asked as Extract<TryCommand, { kind: `service.${string}` }>, evidence, signal),
  }
}

function isDatabase(command: Command): command is Extract<Command, { kind: `database.${string}` }> {
  return command.kind.startsWith('database.')
}

function isTraffic(command: Command): command is TrafficCommand {
  return command.kind.startsWith('traffic.')
}

function known<T>(adapter: T | undefined, name: string): T {
  if (adapter === undefined) throw new Error(`no adapter for ${name}`)
  return adapter
}
