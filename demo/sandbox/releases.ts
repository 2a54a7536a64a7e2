import { answers } from '../services.ts'
import { migrate, writeAuthors } from '../database.ts'
import { migrationOf } from '../releases.ts'
import { services, type ServiceName } from '../stage.ts'
import { astern } from './own-astern.ts'
import { putSchemaRight } from './schema.ts'
import { baseline, type Sandbox } from './state.ts'

/** `auth` did not change with any of the later ones. */
const changed = services.filter(name => name !== 'auth')

/** The releases known to work, each recorded as its pipeline would. */
export async function deployGood({ shop, hosting }: Pick<Sandbox, 'shop' | 'hosting'>, release: string): Promise<void> {
  for (const name of services) await hosting.layOut(shop, name, release)
  for (const name of [...services].reverse()) if (await answers(shop.ports[name])) await hosting.stop(shop, name)
  for (const name of services) await hosting.start(shop, name, release)
  await astern(shop.manifestFile, ['record', '--version', release])
}

/** As a pipeline would: the migration first, then everything that changed. What was done of it already is not done again. */
export async function deploy({ shop, hosting }: Sandbox, release: string): Promise<void> {
  const stale = await notAt({ shop, hosting }, changed, release)
  for (const name of changed) await hosting.layOut(shop, name, release)
  for (const name of stale.toReversed()) await hosting.stop(shop, name)
  await migrate(shop.store, release)
  if (migrationOf(release) !== null) await writeAuthors(shop.store)
  for (const name of stale) await hosting.start(shop, name, release)
}

/** Whether anything of a release is there. */
export async function holds({ shop, hosting }: Sandbox, release: string): Promise<boolean> {
  if ((await notAt({ shop, hosting }, changed, release)).length < changed.length) return true
  for (const name of changed) if (await hosting.has(shop, name, release)) return true
  const own = migrationOf(release)
  if (own === null) return false
  const rows = await shop.store.rows('SELECT version FROM schema_migrations')
  return rows.some(({ version }) => version === own)
}

/** Everything as it was before the first of these was deployed, whatever was done since and by whom. */
export async function withdraw(sandbox: Sandbox, releases: readonly string[]): Promise<void> {
  await endRun(sandbox)
  const { shop, hosting } = sandbox
  const stale = await notAt({ shop, hosting }, services, baseline)
  if (stale.length > 0) {
    for (const name of services) await hosting.layOut(shop, name, baseline)
    for (const name of stale.toReversed()) await hosting.stop(shop, name)
  }
  await putSchemaRight(sandbox)
  for (const name of stale) await hosting.start(shop, name, baseline)
  await hosting.tidy()
  for (const release of releases) {
    for (const name of changed) await hosting.remove(shop, name, release)
    await astern(shop.manifestFile, ['unfreeze', '--clear', release])
  }
}

/** A run that was left, or cut off by a halt, is ended as a person would: its locks are given back. */
export async function endRun({ shop, hosting }: Pick<Sandbox, 'shop' | 'hosting'>): Promise<void> {
  const held = await hosting.holder()
  if (held !== null) await astern(shop.manifestFile, ['stop', held.run, '--reason', 'the drill is over'])
}

/** Those of which this release does not run. */
async function notAt(
  { shop, hosting }: Pick<Sandbox, 'shop' | 'hosting'>,
  names: readonly ServiceName[],
  release: string,
): Promise<readonly ServiceName[]> {
  const runs = await Promise.all(names.map(name => hosting.runs(shop, name, release)))
  return names.filter((_, index) => runs[index] === false)
}
