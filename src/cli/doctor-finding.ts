/** One thing that a rollback needs, and whether it is so now. */
export type Finding = {
  readonly requirement: 'automation' | 'artifacts' | 'backups' | 'channels'
  readonly what: string
  readonly ok: boolean
  /** Nothing that a rollback needs is missing; what it says is worth doing all the same. */
  readonly warning?: true
  readonly next: string
}

/** What is so already needs no next step. */
export function found(requirement: Finding['requirement'], what: string, ok: boolean, next: string): Finding {
  return { requirement, what, ok, next: ok ? '' : next }
}
