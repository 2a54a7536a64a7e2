import { createHash } from 'node:crypto'
import type { DatabaseFact, Facts } from '../../state/facts.ts'
import type { Manifest, Migrations } from '../../state/manifest.ts'
import { reachOf } from '../../state/migrations/applied.ts'
import { changedSince } from '../../state/migrations/compare.ts'
import { halfApplied } from '../../state/migrations/dirty.ts'
import { parseScripts } from '../../state/migrations/scripts.ts'
import type { MigrationFile } from '../../state/migrations/tool.ts'
import type { DatabaseLook } from '../../targets/databases/port.ts'
import type { Looks } from '../../targets/looks.ts'
import type { Meant } from './meant.ts'
import { filesIn } from './script-files.ts'

/** Each database as it stands, with the scripts of its migrations beside what their tool wrote down. */
export async function gatherDatabases(
  manifest: Manifest,
  looks: Looks,
  look: Meant['backups'],
): Promise<Facts['databases']> {
  const facts = await Promise.all(
    Object.entries(looks.databases).map(async ([name, database]): Promise<[string, DatabaseFact]> => {
      const [fact, backups] = await Promise.all([
        withMigrations(manifest, looks, name, database),
        look === undefined ? null : database.backups(look === 'read'),
      ])
      return [name, backups === null ? fact : { ...fact, backups }]
    }),
  )
  return Object.fromEntries(facts)
}

/** The scripts come out of the release that runs now: the older one does not have the way down. */
async function withMigrations(
  manifest: Manifest,
  looks: Looks,
  name: string,
  database: DatabaseLook,
): Promise<DatabaseFact> {
  const fact = await database.observe()
  const migrations = manifest.databases[name]?.migrations
  if (migrations == null) return fact
  const source = migrations.from
  if ('dir' in source) {
    const found = await filesIn(source.dir)
    return found.ok
      ? withScripts(fact, migrations, found.value, database)
      : { ...fact, fault: fact.fault ?? found.fault }
  }
  const host = manifest.services[source.service]?.hosts[0]
  if (host === undefined) return fact
  const instance = { service: source.service, host }
  const observed = await looks.services.observe(instance)
  const release = observed.release ?? observed.pointed
  if (release === null) return fact
  const files = await looks.services.files(instance, release, source.path)
  if (!files.ok) return { ...fact, fault: fact.fault ?? files.fault }
  return withScripts(fact, migrations, files.value, database)
}

/** What the scripts tell of what the tool wrote down: what is applied, what of it is not whole, what is another script now. */
async function withScripts(
  fact: DatabaseFact,
  { tool }: Migrations,
  files: readonly MigrationFile[],
  database: DatabaseLook,
): Promise<DatabaseFact> {
  const parsed = parseScripts(tool, files, digest, await database.reader())
  if (!parsed.ok) return { ...fact, fault: fact.fault ?? parsed.fault }
  const applied = reachOf(tool, fact.recorded ?? [], parsed.value)
  const other = changedSince(applied, parsed.value)
  return {
    ...fact,
    applied: applied.map(({ version }) => version),
    recorded: applied,
    dirty: [...(fact.dirty ?? []), ...halfApplied(tool, applied)],
    migrations: parsed.value,
    ...(other.length === 0 ? {} : { otherScripts: other }),
  }
}

function digest(algorithm: 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex')
}
