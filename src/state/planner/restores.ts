import { aboutInsertedSince, ageOf, proposeBackup, type Backup, type BackupsFact } from '../backup.ts'
import type { DatabaseFact, Facts, LedgerEntry, Migration } from '../facts.ts'
import type { Manifest, MysqlDatabase } from '../manifest.ts'
import { appliedSince } from '../migrations/since.ts'
import type { PlanOptions, RestoreChoice } from '../plan.ts'
import { effectsIn } from '../sql/effects-in.ts'
import { namedBy } from '../sql/losses.ts'
import { few } from './few.ts'
import { replayOf, type Replaying } from './replays.ts'
import { restoreWarnings, type Restore } from './restore-steps.ts'
import { roomBlockers, roomWarnings } from './restore-room.ts'

export type Restores = {
  /** Databases that are not to be reversed, whether a backup fits or none does. */
  readonly meant: readonly string[]
  readonly restores: readonly Restore[]
  readonly blockers: readonly string[]
  readonly warnings: readonly string[]
  /** What the binlog could bring, in words. */
  readonly replayable: readonly string[]
}

/** What --restore takes out of backups in the place of a reversal, and out of which. Whatever else goes back is reversed. */
export function chooseRestores(
  facts: Facts,
  manifest: Manifest,
  target: LedgerEntry,
  { restore: choice, preserveData }: Pick<PlanOptions, 'restore' | 'preserveData'>,
): Restores {
  const nothing = { meant: [], restores: [], blockers: [], warnings: [], replayable: [] }
  if (choice === undefined || preserveData) return nothing
  const candidates = candidatesOf(facts, manifest, target, choice)
  if (typeof candidates === 'string') return { ...nothing, blockers: [candidates] }
  const chosen = candidates.map(candidate => restoreOf(candidate, target, choice))
  const fitting = chosen.flatMap(one => (typeof one === 'string' ? [] : [one]))
  const replays = fitting.map(({ name, backup }) =>
    replayOf(name, backup, facts.databases[name]?.binlog, choice.replay),
  )
  const restores = fitting.map((restore, index) => withReplay(restore, replays[index]))
  const known = restores.map(restore => ({ restore, backups: factOf(facts, restore.name) }))
  return {
    meant: candidates.map(({ name }) => name),
    restores,
    blockers: [
      ...chosen.filter(one => typeof one === 'string'),
      ...known.flatMap(({ restore, backups }) => roomBlockers(restore, backups)),
      ...replays.flatMap(({ blockers }) => blockers),
    ],
    replayable: replays.flatMap(({ offers }) => offers),
    warnings: [
      ...known.flatMap(({ restore, backups }) => [
        ...restoreWarnings(restore, backups, facts.at),
        ...roomWarnings(restore, backups),
        ...aloneWarnings(candidates, restore),
      ]),
      ...replays.flatMap(({ warnings }) => warnings),
    ],
  }
}

function withReplay(restore: Restore, replaying: Replaying | undefined): Restore {
  return replaying?.replay === undefined ? restore : { ...restore, replay: replaying.replay }
}

/** What --restore would take, were it asked for. */
export function restorableLines(
  facts: Facts,
  manifest: Manifest,
  target: LedgerEntry,
  { restore, preserveData }: Pick<PlanOptions, 'restore' | 'preserveData'>,
): readonly string[] {
  if (restore !== undefined || preserveData) return []
  const choice = { restore: { backup: null, salvage: true }, preserveData }
  return chooseRestores(facts, manifest, target, choice).restores.map(({ name, backup, tables }) => {
    const rows = aboutInsertedSince(backup, factOf(facts, name).nextIds, tables)
    return `${name} from ${backup.name}, ${ageOf(backup, facts.at) ?? 'of unknown age'}: about ${rows} rows were inserted since`
  })
}

type Candidate = {
  readonly name: string
  readonly database: MysqlDatabase
  readonly fact: DatabaseFact
  readonly backups: BackupsFact
  /** Migrations that came after the target, newest first. */
  readonly since: readonly string[]
}

/** Those whose schema has to go back; where none has, the one that declares backups: its data alone is meant. Else why there is none. */
function candidatesOf(
  facts: Facts,
  manifest: Manifest,
  target: LedgerEntry,
  { backup }: RestoreChoice,
): readonly Candidate[] | string {
  const declared = Object.keys(manifest.databases)
    .sort()
    .flatMap(name => candidateOf(facts, manifest, target, name))
  const anywhere = Object.values(manifest.databases).some(one => one.kind === 'mysql' && one.backups !== undefined)
  if (!anywhere) return '--restore: no MySQL database of this environment declares where its backups lie (backups:)'
  if (declared.length === 0) return []
  const named = declared.filter(({ backups }) => backup === null || backups.backups.some(isNamed(backup)))
  if (named.length === 0)
    return `--restore: there is no backup ${backup ?? ''}; there are ${few(declared.flatMap(({ backups }) => backups.backups.map(({ name }) => name))) || 'none'}`
  const due = named.filter(({ since, fact }) => since.length > 0 || (fact.dirty ?? []).length > 0)
  if (due.length > 0) return due
  return named.length === 1
    ? named
    : `--restore: no schema has to go back, and ${few(named.map(({ name }) => name))} declare backups: name the backup that is meant`
}

function candidateOf(facts: Facts, manifest: Manifest, target: LedgerEntry, name: string): readonly Candidate[] {
  const [database, fact] = [manifest.databases[name], facts.databases[name]]
  const wanted = target.databases[name]?.migrations
  if (database?.kind !== 'mysql' || fact?.backups === undefined || fact.fault !== null || wanted === undefined)
    return []
  const recorded = fact.recorded ?? fact.applied.map(version => ({ version }))
  const since = appliedSince(recorded, wanted).extra.map(({ version }) => version)
  return [{ name, database, fact, backups: fact.backups, since }]
}

function isNamed(wanted: string): (backup: Backup) => boolean {
  return ({ name, path }) => name === wanted || path === wanted
}

function restoreOf(
  { name, database, fact, backups, since }: Candidate,
  target: LedgerEntry,
  { backup: named, salvage }: RestoreChoice,
): Restore | string {
  const { fingerprint = '', migrations = [] } = target.databases[name] ?? {}
  const table = database.migrations?.table ?? ''
  if (table.includes('.'))
    return `${name} cannot be restored: what is applied stands in ${table}, in another schema, which no backup of ${database.database} has`
  if (backups.amiss !== null) return `${name} cannot be restored: ${backups.amiss}`
  const { backup, passedOver } = proposeBackup(backups.backups, database.database, migrations, named)
  if (backup === null) {
    const each = passedOver.map(one => `${one.name}: ${one.why}`)
    const why = each.length === 0 ? `no backup of ${database.database} was found` : each.join('; ')
    return `${name} cannot be restored to ${target.version}: ${why}`
  }
  const tables = touched(fact.migrations, since)
  return { name, database, backup, tables, fingerprint, migrations, salvage, since, passedOver }
}

/** Tables that migrations touched on their way up; null: all, where their text does not tell them all. */
function touched(migrations: readonly Migration[], since: readonly string[]): readonly string[] | null {
  const scripts = since.map(version => migrations.find(one => one.version === version))
  if (scripts.length === 0 || scripts.some(script => script === undefined || script.opaque !== undefined)) return null
  const statements = scripts.flatMap(script => script?.up ?? [])
  const isTold = statements.every(one => effectsIn(one).every(({ kind }) => kind !== 'other'))
  return isTold && statements.length > 0 ? namedBy(statements) : null
}

function aloneWarnings(candidates: readonly Candidate[], { name, salvage }: Restore): readonly string[] {
  const alone = candidates.some(one => one.name === name && one.since.length === 0)
  return alone && salvage
    ? [
        `${name}: no migration came after the target, so its data alone is restored; what was written since returns too, damage and all (--no-salvage leaves it beside)`,
      ]
    : []
}

function factOf(facts: Facts, name: string): BackupsFact {
  return facts.databases[name]?.backups ?? { backups: [], amiss: 'none are declared', freeBytes: null, nextIds: {} }
}
