import type { Shop } from './stage.ts'

/** What customers were told, compared with what the database holds now, by a query of the demo's own. Null: no column. */
export async function tally({ placed, refused, store }: Shop): Promise<readonly string[] | null> {
  const acknowledged = [...placed()]
  const rows = await store.rows('SELECT id, note FROM orders WHERE note IS NOT NULL').catch(() => null)
  if (rows === null) return null
  const notes = new Map(rows.map(({ id, note }) => [Number(id), note]))
  const kept = acknowledged.filter(({ id, note }) => notes.get(id) === note).length
  return [
    `Orders acknowledged meanwhile: ${acknowledged.length}; refused while it was broken or down: ${refused()}.`,
    `orders.note is there, with ${notes.size} values: the note of ${kept} of the ${acknowledged.length} acknowledged orders, each as the customer wrote it.`,
  ]
}
