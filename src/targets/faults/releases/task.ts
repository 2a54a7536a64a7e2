import type { ReleasesConfig } from '../../services/releases/layout.ts'

/** A fault of one service, or of a whole directory of releases. */
export type ReleasesTask = {
  readonly family: 'releases'
  readonly host: string
  readonly root: string
  /** That host and that service alone. */
  readonly config: Omit<ReleasesConfig, 'resolve' | 'now'>
  /** Where what is moved aside stands meanwhile: a name that the inject alone has. */
  readonly aside: string
  readonly does: ReleasesFault
}

export type ReleasesFault =
  /** `ran`: something did, so that something is started again. */
  | { readonly kind: 'stop' | 'kill'; readonly service: string; readonly ran: boolean }
  | { readonly kind: 'pause'; readonly service: string }
  /** Only while that release runs: another heals it. */
  | {
      readonly kind: 'restart_loop'
      readonly service: string
      readonly release: string | null
      readonly everyMs: number
    }
  | { readonly kind: 'image_gone'; readonly service: string; readonly release: string }
  | { readonly kind: 'tag_moved'; readonly service: string; readonly release: string; readonly instead: string }
  /** `home`: what may not stand on the same file system. */
  | { readonly kind: 'disk_full'; readonly path: string; readonly home: string }
  | { readonly kind: 'daemon_gone' }
