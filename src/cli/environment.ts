import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asternHome } from '../client/home.ts'
import { printFaults } from '../manifest/faults.ts'
import { loadManifest } from '../manifest/load.ts'
import { missingSecrets, neededSecrets } from '../manifest/secrets.ts'
import { openSecrets, type Secrets } from '../runners/secrets.ts'
import type { Manifest } from '../state/manifest.ts'
import type { FaultMeans } from '../targets/faults/means.ts'
import { openLooks, type Looks } from '../targets/looks.ts'
import type { Flags } from './flags.ts'
import { guardOutput } from './guard-output.ts'
import { ownEnvironment, withholdSecrets } from './own-environment.ts'
import { talk } from './talk.ts'

export type Environment = {
  readonly file: string
  readonly manifest: Manifest
  readonly secrets: Secrets
}

/**
 * The checked environment, or null after all its faults were told at once. Nothing has been touched by then. `rehearses`: what only a
 * rehearsal wants has to be there too; a rollback never waits for it.
 */
export async function openEnvironment(flags: Flags, rehearses = false): Promise<Environment | null> {
  const file = resolve(flags.config ?? 'astern.yaml')
  const loaded = await loadManifest(file, path => readFile(path, 'utf8'))
  if (!loaded.ok) {
    talk(printFaults(file, loaded.faults))
    return null
  }
  const missing = await missingSecrets(neededSecrets(loaded.secrets, rehearses), ownEnvironment)
  if (missing.length > 0) {
    talk(printFaults(file, missing))
    return null
  }
  const secrets = openSecrets(ownEnvironment)
  guardOutput(secrets.mask)
  withholdSecrets(loaded.manifest)
  return { file, manifest: loaded.manifest, secrets }
}

/** Adapters that can only look. */
export function looksFor({ manifest, secrets }: Pick<Environment, 'manifest' | 'secrets'>): Looks {
  return openLooks(manifest, targetMeans(secrets))
}

export function targetMeans(secrets: Secrets) {
  const databaseChild = fileURLToPath(new URL('./sqlite-child.js', import.meta.url))
  return { resolve: secrets.resolve, hide: secrets.hide, now: () => new Date(), databaseChild }
}

/** What puts faults of drills there, and what looks at them. */
export function faultMeans(secrets: Secrets): FaultMeans {
  const keeper = fileURLToPath(new URL('./drill-keeper.js', import.meta.url))
  const dockerKeeper = fileURLToPath(new URL('./drill-keeper-docker.js', import.meta.url))
  return { ...targetMeans(secrets), home: asternHome(ownEnvironment), keeper, dockerKeeper, env: ownEnvironment }
}

export async function closeLooks(looks: Looks): Promise<void> {
  await Promise.all([looks.services, ...Object.values(looks.databases)].map(target => target.close()))
}
