import type { RowsOf } from './event.ts'

/** Why rows cannot be replayed, nor taken back. */
export function rowsRefused(
  { table, whole }: RowsOf,
  isXa: boolean,
  withoutTransactions: readonly string[],
): readonly string[] {
  return [
    ...(isXa ? ['is of an XA transaction: how that ended stands elsewhere'] : []),
    ...(whole ? [] : [`has not all columns of the rows of ${table} (binlog_row_image)`]),
    ...(withoutTransactions.includes(table) ? [`writes to ${table}, which knows no transactions`] : []),
  ]
}

/** The first few are enough to know. */
export function withRefusal<State extends { readonly refused: readonly string[] }>(state: State, why: string): State {
  return state.refused.length >= 5 ? state : { ...state, refused: [...state.refused, why] }
}
