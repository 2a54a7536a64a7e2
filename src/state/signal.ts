/** `of`: the command it is part of, as a plan tells it. `says`: how far it is, then what is settled of it already, newest first. */
export type WorkSaid = { readonly what: string; readonly of?: string; readonly says: readonly string[] }

/** A live sample. Shown and kept in a short ring; only transitions and sums are journaled. */
export type Signal = {
  /** `api@web-1`, `database:main`, or `users:front`. */
  readonly key: string
  readonly at: string
  readonly state: 'healthy' | 'unhealthy' | 'unproven' | 'unknown'
  readonly release: string | null
  readonly latencyMs: number | null
  readonly note: string
  /** Of a database: what Astern is at there. Shown, and not journaled. */
  readonly work?: readonly WorkSaid[]
  /** Of what cannot be seen now: what was seen of it last, and when. */
  readonly lastKnown?: Pick<Signal, 'at' | 'state' | 'release'>
}
