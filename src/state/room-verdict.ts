/** How far a release came in a room: which services started, and what it was asked and did not do; null: it did not come to be asked. */
export type Came = { readonly started: number; readonly misses: readonly string[] | null }

/** Whether what runs now did no better there: then it is the room that is amiss, and nothing was shown of the target. */
export function isOfTheRoom(target: Came, control: Came): boolean {
  const { misses } = control
  if (misses === null) return target.misses !== null || control.started <= target.started
  return target.misses?.every(miss => misses.includes(miss)) === true
}
