import type { Piece } from '../../targets/services/copies.ts'

/** Each holder's journal as far as its pieces reach without a gap. */
export function assemble(pieces: readonly Piece[]): readonly Uint8Array[] {
  return [...Map.groupBy(pieces, ({ holder }) => holder).values()].map(wholeOf)
}

/** Where two overlap, they are the same bytes of one file. */
export function wholeOf(pieces: readonly Piece[]): Uint8Array {
  let bytes = Buffer.alloc(0)
  for (const piece of pieces.toSorted((a, b) => a.at - b.at)) {
    if (piece.at > bytes.length) break
    if (piece.at + piece.bytes.length > bytes.length) bytes = Buffer.concat([bytes.subarray(0, piece.at), piece.bytes])
  }
  return bytes
}
