import type { TargetMeans } from '../looks.ts'

/** What faults need from outside besides what every target does. */
export type FaultMeans = TargetMeans & {
  /** Astern's home: keepers of what hurts this machine have their files there, and consoles say there where they are. */
  readonly home: string
  /** The file that runs as a keeper. */
  readonly keeper: string
  /** The file that runs as a keeper in a container: it is copied into it alone. */
  readonly dockerKeeper: string
  /** What a keeper is started with: the secrets of whatever it has to start again are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>
}
