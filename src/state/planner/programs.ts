import { instanceKey, type DatabaseFact, type Facts, type Migration } from '../facts.ts'
import type { Database, Manifest, MigrationCommand, Migrations } from '../manifest.ts'
import { ownTables } from '../migrations/tables.ts'
import type { Step } from '../plan.ts'
import type { ProgramCommand, ProgramPlace } from '../program-command.ts'
import { step } from './steps.ts'

/** How the programs of one database are run. */
export type Programs = { readonly command: MigrationCommand; readonly place: ProgramPlace }

/** More rows than this are not kept whole while the writers are out. */
export const mostRows = 30_000_000

/** Why this migration cannot be run by its own program; null: it can. `facts`: of the release that has its script. */
export function programBlocker(
  facts: Facts,
  manifest: Manifest,
  name: string,
  migration: Migration,
  direction: ProgramCommand['direction'] = 'down',
): string | null {
  const { version, opaque } = migration
  if (opaque === undefined) return null
  const which = `${name}: migration ${version} (${migration.name}) is ${opaque.why.replace(/^it is /, '')}`
  const argv = direction === 'down' ? opaque.argv : opaque.up
  if (argv === undefined)
    return `${which}, and its tool has no command that applies it alone: deploy the release that brings it instead, which applies it; what was archived stays where it is`
  const byHand = `${direction === 'down' ? 'reverse' : 'apply'} it with its own tool (${argv.join(' ')}), then plan again`
  const declared = manifest.databases[name]
  if (declared?.kind === 'sqlite')
    return `${which}, and Astern runs none on a SQLite file: with whatever uses the file stopped, copy the file, ${byHand}`
  if (declared === undefined || declared.migrations === null) return `${which}: ${byHand}`
  if (declared.migrations.command === undefined)
    return `${which}: ${byHand}; or declare under migrations: command: how Astern may run that, and it is a step of the plan`
  const place = placeOf(facts, manifest, declared.migrations)
  if (typeof place === 'string') return `${which}, and ${place}: ${byHand}`
  const rows = rowsOf(facts.databases[name])
  if (direction === 'down' && rows > mostRows)
    return `${which}: what it destroys is not known, so every table is kept whole before it, and ${rows} rows are too many for that. Restore from a backup instead, where one is declared (backups:), or ${byHand}`
  return null
}

/** Null: none is declared, or it is not known where they would be run. */
export function programsOf(facts: Facts, manifest: Manifest, name: string): Programs | null {
  const migrations = manifest.databases[name]?.migrations
  if (migrations?.command === undefined) return null
  const place = placeOf(facts, manifest, migrations)
  return typeof place === 'string' ? null : { command: migrations.command, place }
}

/** What the approving person should have read: nobody knows what it takes away. */
export function programWarning(name: string, fact: DatabaseFact | undefined, { version }: Migration): string {
  return `${name}: what the program of ${version} destroys is not known: every table is kept whole before it (${Object.keys(fact?.rows ?? {}).length} tables, about ${rowsOf(fact)} rows)`
}

/** Every table that is not the tool's own. */
export function tablesAt(declared: Database, fact: DatabaseFact | undefined): readonly string[] {
  const own = declared.migrations === null ? [] : ownTables(declared.migrations.tool, declared.migrations.table)
  return Object.keys(fact?.rows ?? {})
    .filter(table => !own.includes(table))
    .sort()
}

export function programStep(
  database: string,
  { command: declared, place }: Programs,
  migration: Migration,
  direction: ProgramCommand['direction'],
  needs: readonly string[],
): Step {
  const { version, opaque } = migration
  const own = (direction === 'down' ? opaque?.argv : opaque?.up) ?? []
  const argv = argvOf(declared, own, version)
  const command: ProgramCommand = {
    kind: 'database.program',
    database,
    direction,
    migration: version,
    argv,
    env: declared.env,
    place,
  }
  return step(`${database}.${direction}.${version}`, 4, command, needs, {
    title: `${direction} ${version}, opaque: its own program, of which nobody knows what it destroys: ${argv.join(' ')}`,
    leaves: `${version} is ${direction === 'down' ? 'no longer' : ''} applied by its tool's own table`.replace(
      '  ',
      ' ',
    ),
    risk: 'destructive',
    repeat: 'never',
    deadlineMs: declared.timeoutMs,
    estimateMs: 5000,
  })
}

function argvOf(
  { argv = ['{command}'] }: MigrationCommand,
  own: readonly string[],
  version: string,
): readonly string[] {
  return argv.flatMap(arg => {
    if (arg === '{command}') return own
    return arg === '{args}' ? own.slice(1) : [arg.replaceAll('{version}', version)]
  })
}

/** In the digest that applied it; or why not. */
function placeOf(facts: Facts, manifest: Manifest, { from, command }: Migrations): ProgramPlace | string {
  const directory = command?.directory ?? null
  if ('dir' in from) return { kind: 'directory', path: directory ?? from.dir }
  const { service } = from
  const host = manifest.services[service]?.hosts[0]
  if (host === undefined) return `${service} is on no host`
  const {
    release = null,
    pointed = null,
    digest = null,
  } = facts.services[instanceKey({ service, host })]?.observed ?? {}
  const called = release ?? pointed
  if (called === null || digest === null) return `it is not known which release of ${service} is on ${host}`
  return { kind: 'release', service, host, release: called, digest, directory }
}

function rowsOf(fact: DatabaseFact | undefined): number {
  return Object.values(fact?.rows ?? {}).reduce((sum, rows) => sum + rows, 0)
}
