import type { BackupTool } from './manifest.ts'
import { betweenMs } from './times.ts'

/** A backup as it lies there. */
export type Backup = {
  readonly name: string
  readonly path: string
  readonly tool: BackupTool
  readonly version: string | null
  /** The schema it was taken of; null: it does not say. */
  readonly schema: string | null
  /** As its tool wrote them, in the clock of the machine it ran on. */
  readonly begunAt: string | null
  readonly finishedAt: string | null
  /** Why it cannot be restored from; null: nothing speaks against it. */
  readonly amiss: string | null
  /** Read to its end. Otherwise it is judged by what it says of itself and how it ends. */
  readonly read: boolean
  /** Against a sidecar: `FILE.sha256`, or SHA256SUMS. */
  readonly checksum: 'matches' | 'differs' | 'none' | 'not looked at'
  /** Where the binlog was when it was taken. */
  readonly position: { readonly file: string; readonly offset: number; readonly gtid: string | null } | null
  readonly tables: readonly BackedUp[]
  /** Applied in it; null: not told before it is loaded. */
  readonly migrations: readonly string[] | null
  /** It holds former states of rows too, where the server keeps them. */
  readonly history?: boolean
  readonly bytes: number
  readonly unpackedBytes: number | null
}

/** `nextId`: what AUTO_INCREMENT would have given next; null: none, or not known. */
export type BackedUp = { readonly name: string; readonly rows: number | null; readonly nextId: number | null }

export type BackupsFact = {
  /** Newest first. */
  readonly backups: readonly Backup[]
  /** Why nothing can be loaded from here, whichever backup is taken: a program is missing, the directory cannot be read. */
  readonly amiss: string | null
  /** Where the server keeps its data; null: not known. */
  readonly freeBytes: number | null
  /** Of today's tables, what AUTO_INCREMENT gives next. */
  readonly nextIds: Readonly<Record<string, number>>
  /** Statements that give again what accounts hold on routines, where the account that restores may not; null: it may not see any. */
  readonly grantsLost?: readonly string[] | null
  /** Former states of rows that the server keeps, per table that has any. */
  readonly histories?: Readonly<Record<string, number>>
}

export type Proposed = {
  readonly backup: Backup | null
  /** Newer ones, each with the reason. */
  readonly passedOver: readonly { readonly name: string; readonly why: string }[]
}

/** The newest whole one with just the migrations that are wanted; or the one that a person named. */
export function proposeBackup(
  backups: readonly Backup[],
  schema: string,
  wanted: readonly string[],
  named: string | null = null,
): Proposed {
  const passedOver: { name: string; why: string }[] = []
  for (const backup of backups) {
    const { name, path } = backup
    if (named !== null && named !== name && named !== path) continue
    const why = unfit(backup, schema, wanted)
    if (why === null) return { backup, passedOver }
    passedOver.push({ name, why })
  }
  return { backup: null, passedOver }
}

function unfit({ schema: of, amiss, checksum, migrations }: Backup, schema: string, wanted: readonly string[]) {
  if (of !== null && of !== schema) return `it is of ${of}`
  if (amiss !== null) return amiss
  if (checksum === 'differs') return 'it is not what its checksum was made of'
  if (migrations === null) return null
  const more = migrations.filter(version => !wanted.includes(version))
  if (more.length > 0) return `it was taken after migration ${more.join(', ')}`
  const less = wanted.filter(version => !migrations.includes(version))
  return less.length > 0 ? `it was taken before migration ${less.join(', ')}, which is wanted` : null
}

/** About how many rows came into tables since: of those that count them. Updates and deletions are counted when it is loaded. */
export function aboutInsertedSince(
  { tables }: Pick<Backup, 'tables'>,
  nextIds: BackupsFact['nextIds'],
  among: readonly string[] | null,
): number {
  return tables
    .filter(({ name }) => among === null || among.includes(name))
    .reduce((sum, { name, nextId }) => sum + Math.max(0, (nextIds[name] ?? 0) - (nextId ?? nextIds[name] ?? 0)), 0)
}

/** `3 h`, `2 days`; null: it does not say when it was taken. */
export function ageOf({ begunAt, finishedAt }: Pick<Backup, 'begunAt' | 'finishedAt'>, now: string): string | null {
  const since = begunAt ?? finishedAt
  return since === null ? null : ageText(betweenMs(since, now))
}

export function ageText(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return `${minutes} min`
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`
}
