import { compile, type JSONPathQuery } from 'json-p3'
import type { Json } from './json.ts'

/**
 * A JSONPath (RFC 9535) in a value; undefined where it leads nowhere, or is none. A path that can lead to several places,
 * `$.items[*].id`, gives the list of all it finds. A leaf has nothing below it, so `$.a.b` of `{a: 1}` is nowhere.
 */
export function readJsonPath(value: Json, path: string): Json | undefined {
  const query = parsed(path)
  if (query === null) return undefined
  const found = query.query(value as never).values() as readonly Json[]
  return query.singularQuery() || found.length === 0 ? found[0] : found
}

export function isJsonPath(path: string): boolean {
  return parsed(path) !== null
}

function parsed(path: string): JSONPathQuery | null {
  try {
    return compile(path)
  } catch {
    return null
  }
}
