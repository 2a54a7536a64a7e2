import { dirname } from 'node:path'
import type { Manifest } from '../state/manifest.ts'
import { crossFaults } from './cross.ts'
import type { ManifestFault } from './faults.ts'
import { manifestJsonSchema } from './json-schema.ts'
import { normalise } from './normalise.ts'
import { notThere, readYaml } from './read-yaml.ts'
import { manifestSchema } from './schema.ts'
import { findSecrets, type SecretReference } from './secrets.ts'

export type Loaded =
  | { readonly ok: true; readonly manifest: Manifest; readonly secrets: readonly SecretReference[] }
  | { readonly ok: false; readonly faults: readonly ManifestFault[] }

/** Reads, checks and normalises a manifest, or tells all its faults at once, each with its place. */
export async function loadManifest(file: string, read: (path: string) => Promise<string>): Promise<Loaded> {
  const text = await read(file).catch(() => null)
  if (text === null)
    return {
      ok: false,
      faults: [notThere('Name another with --config FILE, or begin from docs/astern.example.yaml.')],
    }
  return parseManifest(text, dirname(file))
}

export function parseManifest(text: string, directory: string): Loaded {
  const read = readYaml(text, manifestSchema, { schema: manifestJsonSchema, example: 'docs/astern.example.yaml' })
  if (!read.ok) return read
  const { value, document, at } = read
  const faults = crossFaults(value, at)
  if (faults.length > 0) return { ok: false, faults }
  return { ok: true, manifest: normalise(value, directory), secrets: findSecrets(document, at) }
}
