import type { Migration } from '../../facts.ts'
import { inChainOrder, ordered } from '../files.ts'
import { named } from '../places.ts'
import { opaqueMigration, titleOf } from '../statements.ts'
import type { Applied, Booking, MigrationFile, Sql, Tool } from '../tool.ts'

/** Its table has the heads alone; what is applied is all they stand on, by the `down_revision` of each script. */
export const alembic: Tool = {
  table: 'alembic_version',
  columns: ['version_num'],
  select: place => `SELECT version_num FROM ${named(place)} ORDER BY version_num`,
  read: rows => rows.map(row => ({ version: String(row['version_num']) })),
  reach: standsOn,
  lastAlone: true,
  scripts: files => ordered(inChainOrder([...files].sort(byName).flatMap(revisionIn)), () => 0),
  book,
}

function byName(a: MigrationFile, b: MigrationFile): number {
  return a.name < b.name ? -1 : 1
}

function standsOn(heads: readonly Applied[], scripts: readonly Migration[]): readonly Applied[] {
  const reached = new Set<string>()
  const open = heads.map(({ version }) => version)
  for (let version = open.pop(); version !== undefined; version = open.pop()) {
    if (reached.has(version)) continue
    reached.add(version)
    open.push(...(scripts.find(script => script.version === version)?.after ?? []))
  }
  const known = scripts.filter(({ version }) => reached.has(version))
  const unknown = heads.filter(({ version }) => !known.some(script => script.version === version))
  return [...known.map(({ version, name }) => ({ version, name })), ...unknown]
}

function revisionIn({ name, text }: MigrationFile): readonly Migration[] {
  const version = /^revision\b[^=\n]*=\s*['"]([^'"]+)['"]/m.exec(text)?.[1]
  if (!name.endsWith('.py') || version === undefined) return []
  const below = revisionsIn(text, 'down_revision')
  const words = /^[rRuU]?"""(.*)/m.exec(text)?.[1]?.trim() ?? ''
  return [
    opaqueMigration({
      version,
      name: words === '' ? titleOf(name.replace(/^.*\/|\.py$/g, '')) : words.replace(/\.?"*$/, ''),
      text,
      after: [...below, ...revisionsIn(text, 'depends_on')],
      why: 'it is a Python program',
      argv: ['alembic', 'downgrade', below[0] ?? 'base'],
      upArgv: ['alembic', 'upgrade', version],
    }),
  ]
}

/** `None`, one in quotes, or several in brackets. */
function revisionsIn(text: string, variable: string): readonly string[] {
  const value = new RegExp(`^${variable}\\b[^=\\n]*=\\s*(\\([^)]*\\)|\\[[^\\]]*\\]|[^\\n]*)`, 'm').exec(text)?.[1] ?? ''
  return [...value.matchAll(/['"]([^'"]+)['"]/g)].map(([, found]) => found ?? '')
}

/** A head goes back to what it stood on, except where another applied one stands on that too. */
function book({ direction, migration, others, ...place }: Booking): readonly Sql[] {
  const table = named(place)
  const remove = (version: string): Sql => ({ sql: `DELETE FROM ${table} WHERE version_num = ?`, args: [version] })
  const add = (version: string): Sql => ({ sql: `INSERT INTO ${table} (version_num) VALUES (?)`, args: [version] })
  const after = migration.after ?? []
  if (direction === 'up') return [...after.map(remove), add(migration.version)]
  const free = after.filter(version => !others.some(other => other.after?.includes(version)))
  return [remove(migration.version), ...free.map(add)]
}
