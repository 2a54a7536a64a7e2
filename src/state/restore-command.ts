import { placeText, type BinlogPlace } from './binlog/place.ts'
import type { BackupTool } from './manifest.ts'

/**
 * A backup as a command names it. `tables`: those it holds; `rows` null: it does not tell how many. `bytes` and `finishedAt`: as they
 * were when the plan was made, by which another one in its place is told.
 */
export type BackupNamed = {
  readonly tool: BackupTool
  readonly path: string
  /** The schema it was taken of. */
  readonly schema: string
  readonly tables: readonly { readonly name: string; readonly rows: number | null }[]
  readonly bytes?: number
  readonly finishedAt?: string | null
}

/**
 * A schema is loaded from a backup beside the one that serves, proven there, and changes places with it. `of`: the run
 * whose restore is meant, where that is an earlier one.
 */
export type RestoreCommand =
  | {
      readonly kind: 'database.load'
      readonly database: string
      readonly backup: BackupNamed
      readonly threads: number
    }
  /** What the binlog has goes into what was loaded: nothing else than what `sha256` was made of. `rows` of a table, and how many `more` it then has. */
  | {
      readonly kind: 'database.replay'
      readonly database: string
      readonly backup: BackupNamed
      readonly from: BinlogPlace
      readonly until: BinlogPlace
      readonly files: readonly string[]
      readonly tables: readonly { readonly name: string; readonly rows: number; readonly more: number }[]
      readonly sha256: string
    }
  /** Proves what was loaded, and settles which tables change places. `tables` null: all. `fingerprint` empty: not known. */
  | {
      readonly kind: 'database.verify'
      readonly database: string
      readonly backup: BackupNamed
      readonly tables: readonly string[] | null
      readonly fingerprint: string
      readonly migrations: readonly string[]
      /** Its rows were counted before more came in from the binlog. */
      readonly replayed?: true
    }
  /** What a restore of `run` left beside is to change places again: in the place of loading and proving a backup. */
  | { readonly kind: 'database.reclaim'; readonly database: string; readonly run: string }
  /** Counts and notes, row by row, what was written since the backup; or, `after` a restore that is taken back, since that one. */
  | { readonly kind: 'database.capture'; readonly database: string; readonly after?: string }
  /** Keeps the text of triggers, views, routines and events, and takes the triggers off the tables that change places. */
  | { readonly kind: 'database.unhook'; readonly database: string; readonly after?: string }
  | { readonly kind: 'database.swap'; readonly database: string; readonly direction: 'in' | 'out' }
  /** Rows written since the backup return, as far as nothing speaks against it. */
  | { readonly kind: 'database.salvage'; readonly database: string }
  /** Triggers, views, routines and events as the backup has them, or as they were today. */
  | { readonly kind: 'database.hook'; readonly database: string; readonly as: 'backup' | 'today' }
  /** Drops the schemas beside: what was loaded, and what the swap left behind. */
  | { readonly kind: 'database.clear'; readonly database: string; readonly of?: string }
  /** Drops what these runs needed only while they worked: rows laid beside to be compared, and how far a binlog was replayed. */
  | { readonly kind: 'database.tidy'; readonly database: string; readonly runs: readonly string[] }

export function isRestore(command: { readonly kind: string }): command is RestoreCommand {
  return kinds.has(command.kind)
}

const kinds: ReadonlySet<string> = new Set<RestoreCommand['kind']>([
  'database.load',
  'database.replay',
  'database.verify',
  'database.reclaim',
  'database.capture',
  'database.unhook',
  'database.swap',
  'database.salvage',
  'database.hook',
  'database.clear',
  'database.tidy',
])

export function describeRestore(command: RestoreCommand): string {
  const { database } = command
  switch (command.kind) {
    case 'database.load':
      return `load ${nameOf(command.backup)} beside ${database}`
    case 'database.replay':
      return `replay the binlog up to ${placeText(command.until)} into what was loaded beside ${database}`
    case 'database.verify':
      return `prove what was loaded beside ${database}`
    case 'database.reclaim':
      return `make what run ${command.run} left beside ${database} ready to return`
    case 'database.capture':
      return `count what was written to ${database} since ${command.after === undefined ? 'the backup' : 'it was restored'}`
    case 'database.unhook':
      return `take the triggers off the tables of ${database} that change places`
    case 'database.swap':
      return command.direction === 'in'
        ? `put what stands beside ${database} in the place of today's tables`
        : `put the former tables of ${database} back in their place`
    case 'database.salvage':
      return `bring back what was written to ${database} since`
    case 'database.hook':
      return `make triggers, views, routines and events of ${database} as ${command.as === 'backup' ? 'they were then' : 'they were'}`
    case 'database.clear':
      return `drop what the restore of ${database} keeps beside it`
    case 'database.tidy':
      return `drop what nobody needs any more beside ${database}`
  }
}

/** What its marker row is found by, within one run. */
export function restoreMark(command: RestoreCommand): string {
  const { kind } = command
  const what = kind.slice('database.'.length)
  if (kind === 'database.swap') return `swap ${command.direction}`
  if (kind === 'database.hook') return `hook as ${command.as}`
  return 'of' in command && command.of !== undefined ? `${what} of ${command.of}` : what
}

/** Its last part is what people call it. */
export function nameOf({ path }: { readonly path: string }): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
