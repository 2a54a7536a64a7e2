/**
 * A rehearsal's room: services of one release, on clones, beside everything that serves. `room`: its name, another for each.
 * `tenant`: the service, which is not the one that serves.
 */
export type RoomCommand =
  | {
      readonly kind: 'room.start'
      readonly room: string
      readonly tenant: string
      readonly host: string
      readonly release: string
      readonly digest: string
      /** References or text; `{database}`, `{port}` and `{host:NAME}` in them stand for what is in the room. */
      readonly env: Readonly<Record<string, string>>
      /** Clones by the names of their databases. */
      readonly clones: Readonly<Record<string, string>>
      /** Where it listens; on a host of release directories any that is free. Null: nowhere. */
      readonly port: number | null
      /** What ends before this did not start; where there is a port, it answers there by then. */
      readonly readyMs: number
    }
  /** An argument list beside it, with its environment; on a Docker host inside its container. */
  | {
      readonly kind: 'room.ask'
      readonly room: string
      readonly tenant: string
      readonly argv: readonly string[]
      readonly timeoutMs: number
    }
  /** Ends all that was started in it. */
  | { readonly kind: 'room.clear'; readonly room: string }

export const rooms = ['room.start', 'room.ask', 'room.clear'] as const

export function isRoom(command: { readonly kind: string }): command is RoomCommand {
  return (rooms as readonly string[]).includes(command.kind)
}

export function describeRoom(command: RoomCommand): string {
  switch (command.kind) {
    case 'room.start':
      return `start ${command.tenant} ${command.release} on a clone, beside what serves`
    case 'room.ask':
      return `ask ${command.tenant} on the clone: ${command.argv[0] ?? ''}`
    case 'room.clear':
      return 'end what was started on the clone'
  }
}
