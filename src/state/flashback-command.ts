import { placeText, type BinlogPlace } from './binlog/place.ts'

/**
 * Rows that a stretch of binlog wrote to some tables are taken back, or (`forth`) written again. `weigh`: looked first, beside, whether each
 * row stands as that stretch left it. `sha256`: of the rows' events as the log has them.
 */
export type FlashbackCommand = {
  readonly kind: 'database.weigh' | 'database.flashback'
  readonly database: string
  readonly direction: 'back' | 'forth'
  readonly from: BinlogPlace
  readonly until: BinlogPlace
  readonly files: readonly string[]
  readonly tables: readonly string[]
  readonly rows: number
  readonly sha256: string
}

export function isFlashback(command: { readonly kind: string }): command is FlashbackCommand {
  return command.kind === 'database.weigh' || command.kind === 'database.flashback'
}

export function describeFlashback({ kind, database, direction, from, until, rows, tables }: FlashbackCommand): string {
  const which = `${rows} rows of ${tables.join(', ')} of ${database}, ${placeText(from)} to ${placeText(until)}`
  if (kind === 'database.weigh') return `look whether the rows still stand as written: ${which}`
  return `${direction === 'back' ? 'take back' : 'write again'} ${which}`
}

/** What its marker row is found by, within one run. */
export function flashbackMark({ kind, direction }: FlashbackCommand): string {
  return `${kind.slice('database.'.length)} ${direction}`
}
