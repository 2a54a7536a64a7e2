import type { Result } from '../../state/fault.ts'

/**
 * Bytes of a run's journal, whole lines, and where in it they stand. `holder`: whose journal; a bastion that was lost and
 * comes back writes on in its own.
 */
export type Piece = { readonly at: number; readonly bytes: Uint8Array; readonly holder: string }

/**
 * A run's journal beside what it changes, for whoever goes on with the run when its bastion is lost. The one change that is
 * made without a permit: it is of lines that are on disk already, and touches nothing that runs (ADR 14).
 */
export type JournalCopies = {
  /** Where copies of a host's lie, each by itself: on a Swarm on every manager that is named. */
  readonly spots: (host: string) => readonly string[]
  /** The same piece again is the same copy; a longer one at the same place takes its place. */
  readonly keep: (spot: string, run: string, piece: Piece) => Promise<Result<null>>
  /** What is kept there, in any order. Empty: nothing of this run. */
  readonly recall: (spot: string, run: string) => Promise<Result<readonly Piece[]>>
}

/** Sorted by name, pieces stand in the order of the journal. */
export function pieceName({ at, holder }: Omit<Piece, 'bytes'>): string {
  return `${String(at).padStart(12, '0')}.${holder}.jsonl`
}

/** Null: no piece has this name. */
export function pieceNamed(name: string): Omit<Piece, 'bytes'> | null {
  const [, at, holder] = /^(\d{12})\.([\w-]+)\.jsonl$/.exec(name) ?? []
  return at === undefined || holder === undefined ? null : { at: Number(at), holder }
}
