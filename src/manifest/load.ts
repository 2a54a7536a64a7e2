import { dirname } from 'node:path'
import { LineCounter, parseDocument, type Document } from 'yaml'
import type { Manifest } from '../state/manifest.ts'
import { crossFaults } from './cross.ts'
import { pathText, placeIn, type At, type ManifestFault } from './faults.ts'
import { issueFaults } from './issues.ts'
import { normalise } from './normalise.ts'
import { manifestSchema } from './schema.ts'
import { findSecrets, type SecretReference } from './secrets.ts'

export type Loaded =
  | { readonly ok: true; readonly manifest: Manifest; readonly secrets: readonly SecretReference[] }
  | { readonly ok: false; readonly faults: readonly ManifestFault[] }

/** Reads, checks and normalises a manifest, or tells all its faults at once, each with its place. */
export async function loadManifest(file: string, read: (path: string) => Promise<string>): Promise<Loaded> {
  const text = await read(file).catch(() => null)
  if (text === null) return { ok: false, faults: [notThere()] }
  return parseManifest(text, dirname(file))
}

export function parseManifest(text: string, directory: string): Loaded {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  if (document.errors.length > 0) return { ok: false, faults: document.errors.map(error => broken(error, counter)) }
  const at: At = (path, what, next) => ({
    ...placeIn(document, counter, path),
    path: pathText(path),
    what,
    next,
  })
  const parsed = manifestSchema.safeParse(document.toJS() ?? {})
  if (!parsed.success) return { ok: false, faults: issueFaults(parsed.error.issues, document.toJS(), at) }
  const faults = crossFaults(parsed.data, at)
  if (faults.length > 0) return { ok: false, faults }
  return { ok: true, manifest: normalise(parsed.data, directory), secrets: findSecrets(document, at) }
}

function broken(error: Document['errors'][number], counter: LineCounter): ManifestFault {
  const { line, col } = counter.linePos(error.pos[0])
  return {
    line,
    column: col,
    path: '',
    what: `this is not YAML: ${error.message.split('\n')[0] ?? ''}`,
    next: 'Correct the line; indentation and quotes are the usual suspects.',
  }
}

function notThere(): ManifestFault {
  return {
    line: 1,
    column: 1,
    path: '',
    what: 'the file cannot be read',
    next: 'Name another with --config FILE, or begin from docs/astern.example.yaml.',
  }
}
