/** A proposal as it stands against the file that this console can read. `diff`: lines of a unified diff, without their breaks. */
export type Offer = {
  readonly id: string
  readonly stands: 'open' | 'there' | 'moved on' | 'cannot'
  /** Why it is not open; empty where it is. */
  readonly says: string
  readonly diff: readonly string[]
}
