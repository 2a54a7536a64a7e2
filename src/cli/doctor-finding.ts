/** One thing that a rollback needs, and whether it is so now. */
export type Finding = {
  readonly requirement: 'automation' | 'artifacts' | 'backups' | 'channels'
  readonly what: string
  readonly ok: boolean
  /** Nothing that a rollback needs is missing; what it says is worth doing all the same. */
  readonly warning?: true
  readonly next: string
}
