/** A live sample. Shown and kept in a short ring; only transitions and sums are journaled. */
export type Signal = {
  /** `api@web-1`, `database:main`, or `users:front`. */
  readonly key: string
  readonly at: string
  readonly state: 'healthy' | 'unhealthy' | 'unproven' | 'unknown'
  readonly release: string | null
  readonly latencyMs: number | null
  readonly note: string
  /** Of what cannot be seen now: what was seen of it last, and when. */
  readonly lastKnown?: Pick<Signal, 'at' | 'state' | 'release'>
}
