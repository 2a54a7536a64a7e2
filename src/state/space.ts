/** Room where a host keeps its images. */
export type Space = {
  /** Null: not known. */
  readonly freeBytes: number | null
  /** The directory, or what of the storage driver's it is; null: not known. */
  readonly at: string | null
  /** Why it is not known. */
  readonly why: string | null
}

/** What a fetch takes: no less, and at most. Null: nothing tells how much at most. */
export type RoomNeeded = { readonly leastBytes: number; readonly mostBytes: number | null }

/** `34.2 GB`, `120 MB`; below one, `0 MB` and not nothing. */
export function sizeText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.floor(bytes / 1e6)} MB`
}
