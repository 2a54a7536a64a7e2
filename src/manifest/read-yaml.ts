import { LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { pathText, placeIn, type At, type ManifestFault } from './faults.ts'
import { issueFaults, type Described } from './issues.ts'

export type ReadYaml<Value> =
  | { readonly ok: true; readonly value: Value; readonly document: Document; readonly at: At }
  | { readonly ok: false; readonly faults: readonly ManifestFault[] }

/** A file's text against its schema: what it says, or all its faults at once, each with its place. */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  described: Described,
): ReadYaml<z.infer<Schema>> {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  if (document.errors.length > 0) return { ok: false, faults: document.errors.map(error => broken(error, counter)) }
  const at: At = (path, what, next) => ({
    ...placeIn(document, counter, path),
    path: pathText(path),
    what,
    next,
  })
  const parsed = schema.safeParse(document.toJS() ?? {})
  if (!parsed.success) return { ok: false, faults: issueFaults(parsed.error.issues, document.toJS(), at, described) }
  return { ok: true, value: parsed.data, document, at }
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

export function notThere(next: string): ManifestFault {
  return { line: 1, column: 1, path: '', what: 'the file cannot be read', next }
}
