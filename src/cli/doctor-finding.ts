/** One thing that a rollback needs, and whether it is so now. */
export type Finding = {
  readonly requirement: 'automation' | 'artifacts' | 'backups' | 'channels'
  readonly what: string
  readonly ok: boolean
  readonly next: string
}
