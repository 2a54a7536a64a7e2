/** Why a host could not be reached, where more is known about it than a code of the system's. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
  /** What failed, as the end of a sentence: `ssh could not connect`. */
  readonly why: string
  /** What to do, if more is known than to look. */
  readonly next: string | null
  /** A program's own words. */
  readonly detail: string
  constructor(why: string, next: string | null = null, detail = '') {
    super(why)
    this.why = why
    this.next = next
    this.detail = detail
  }
}
