/** One difference between two schemas. `where`: `orders.note`, `orders: index ix_note`. */
export type SchemaChange = {
  readonly where: string
  readonly what: 'added' | 'gone' | 'changed'
  /** As it is there; what has no short words, like a trigger's body, has null. */
  readonly from: string | null
  readonly to: string | null
}
