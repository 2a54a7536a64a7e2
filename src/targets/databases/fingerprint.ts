import { createHash } from 'node:crypto'
import type { SchemaObject } from '../../state/facts.ts'
import { canonical, type Json } from '../../state/json.ts'

/** One short text for one schema: two that are equal have the same, and only they. */
export function fingerprintOf(schema: readonly SchemaObject[]): string {
  return createHash('sha256')
    .update(canonical(schema as unknown as Json))
    .digest('hex')
    .slice(0, 32)
}
