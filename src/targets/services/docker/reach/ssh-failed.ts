/** ssh ended on its own. `exit` 255: ssh itself; 127: no docker client at the far end; what it said is for people alone. */
export class SshFailed extends Error {
  readonly destination: string
  readonly exit: number | null
  readonly said: string
  constructor(destination: string, exit: number | null, said: string) {
    super(`ssh to ${destination} ended with ${exit ?? 'a signal'}`)
    this.destination = destination
    this.exit = exit
    this.said = said
  }
}
