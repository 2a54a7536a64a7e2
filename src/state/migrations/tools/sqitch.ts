import type { Migration } from '../../facts.ts'
import type { Fault, Result } from '../../fault.ts'
import { numbered, ordered } from '../files.ts'
import { cell, defined, named } from '../places.ts'
import { sqlMigration, titleOf } from '../statements.ts'
import type { Applied, Hash, MigrationFile, ReadSql, Row, Tool } from '../tool.ts'
import { changesOf, type SqitchChange } from './sqitch-plan.ts'
import { book } from './sqitch-registry.ts'

/**
 * A registry of its own, by default a schema `sqitch`, which the projects of a MySQL server share. A change that was
 * reworked has one name twice: here `shop:notes` and `shop:notes#2`.
 */
export const sqitch: Tool = {
  table: 'sqitch.changes',
  columns: ['change_id', 'script_hash', 'change'],
  companions: ['dependencies', 'projects', 'releases'],
  select: place =>
    `SELECT project, ${place.quote('change')} AS name, note, script_hash, committed_at FROM ${named(place)} ORDER BY committed_at`,
  read,
  reach: (applied, scripts) =>
    ofProjects(
      applied,
      scripts.map(({ version }) => version),
    ),
  own: ofProjects,
  scripts: parse,
  book,
}

function read(rows: readonly Row[]): readonly Applied[] {
  const versions = numbered(rows.map(({ project, name }) => `${String(project)}:${String(name)}`))
  return rows.map((row, index) => {
    const more = { name: cell(row, 'note'), checksum: cell(row, 'script_hash'), at: cell(row, 'committed_at') }
    return defined<Applied>({ version: versions[index] ?? '', ...more })
  })
}

/** Of the projects that these versions are of; without any, all. */
function ofProjects(applied: readonly Applied[], versions: readonly string[]): readonly Applied[] {
  const projects = new Set(versions.map(projectOf))
  return projects.size === 0 ? applied : applied.filter(({ version }) => projects.has(projectOf(version)))
}

function projectOf(version: string): string {
  return version.slice(0, version.indexOf(':'))
}

/** `sqitch.plan` gives the order; the scripts stand below `deploy/` and `revert/`. */
function parse(files: readonly MigrationFile[], hash: Hash, read: ReadSql): Result<readonly Migration[]> {
  const plan = files.find(({ name }) => name === 'sqitch.plan' || name.endsWith('/sqitch.plan'))
  if (plan === undefined) return { ok: false, fault: noPlan }
  const root = plan.name.slice(0, -'sqitch.plan'.length)
  const text = (path: string): string | null => files.find(({ name }) => name === `${root}${path}`)?.text ?? null
  const changes = changesOf(plan.text, hash)
  const versions = numbered(changes.map(({ project, change }) => `${project}:${change}`))
  const migrations = changes.map((change, index) => {
    const script = scriptOf(changes, index, name => text(`deploy/${name}.sql`) !== null)
    const upText = text(`deploy/${script}.sql`)
    return sqlMigration(read, {
      version: versions[index] ?? '',
      name: change.note === '' ? titleOf(change.change) : (change.note.split('\n')[0] ?? ''),
      upText: upText ?? '',
      downText: text(`revert/${script}.sql`),
      record: change,
      ...(upText === null ? {} : { checksums: [hash('sha1', upText)] }),
    })
  })
  return ordered(migrations, () => 0)
}

/** A change that was reworked later keeps its first scripts under a tag that stood between: `name@v1.sql`. */
function scriptOf(changes: readonly SqitchChange[], index: number, exists: (name: string) => boolean): string {
  const name = changes[index]?.change ?? ''
  const again = changes.findIndex(({ change }, later) => later > index && change === name)
  if (again < 0) return name
  const tags = changes.slice(index, again).flatMap(change => change.tags)
  const names = tags.map(({ tag }) => `${name}${tag}`)
  return names.find(exists) ?? names[0] ?? name
}

const noPlan: Fault = {
  code: 'migration.no-plan',
  what: 'There is no sqitch.plan among the scripts',
  means: 'The order of the changes is not known.',
  next: 'Point migrations.from at the directory that has sqitch.plan in it.',
}
