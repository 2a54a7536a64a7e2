import type { Result } from '../../state/fault.ts'
import type { ContainerAt } from '../../state/check.ts'

/** A container, or a task of a Swarm's service, as a check compares it. */
export type ContainerSeen = {
  readonly where: string
  /** `running`, `exited`, `missing`, ... and `running, unhealthy` where its own health check says so. */
  readonly state: string
  readonly restarts: number | null
  /** The image's id, and what registries know it by. */
  readonly digests: readonly string[]
  /** Another one after each start. */
  readonly life: string
}

/** `cut`: there was more than was read. */
export type LogSeen = { readonly where: string; readonly text: string; readonly cut: boolean }

export type RanInside = {
  readonly where: string
  readonly exit: number
  readonly output: string
  readonly cut: boolean
}

/** One answer for each host that was meant. */
export type Each<Seen> = readonly Result<Seen>[]

/** Nothing here writes. */
export type ContainerLook = {
  readonly container: (at: ContainerAt, timeoutMs: number) => Promise<Each<ContainerSeen>>
  /** Since its start, or the last so many milliseconds. */
  readonly log: (at: ContainerAt, sinceMs: number | null, timeoutMs: number) => Promise<Each<LogSeen>>
}

export type ContainerTry = ContainerLook & {
  /** Null: it did not end in time. */
  readonly run: (at: ContainerAt, argv: readonly string[], timeoutMs: number) => Promise<Each<RanInside | null>>
}
