import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isProduction } from '../../state/drill/proof.ts'
import type { Found } from '../../state/drill/facts.ts'
import { printFaults } from '../../manifest/faults.ts'
import { loadManifest } from '../../manifest/load.ts'
import { openEnvironment, type Environment } from '../environment.ts'
import type { Flags } from '../flags.ts'
import { talk } from '../talk.ts'

/** Opened for a drill; or why not. Of a production environment not even a secret is looked for. */
export async function openForDrill(flags: Flags): Promise<Environment | Found | null> {
  const file = resolve(flags.config ?? 'astern.yaml')
  const loaded = await loadManifest(file, path => readFile(path, 'utf8'))
  if (!loaded.ok) {
    talk(printFaults(file, loaded.faults))
    return null
  }
  const { name, class: its } = loaded.manifest.environment
  return its === 'production' ? isProduction(name) : openEnvironment(flags)
}
