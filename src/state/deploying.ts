/** Signs that somebody else deploys on a host, right now or a moment ago. */
export type Deploying = {
  /** `Compose project shop`, `stack shop`; null: nothing tells who. */
  readonly by: string | null
  /** Seen half-way; otherwise it may have ended. */
  readonly isUnderWay: boolean
  /** In words, the newest first: `made shop_api_1`. */
  readonly signs: readonly string[]
  /** Of the newest, by its host's clock. */
  readonly agoMs: number
}
