import { gunzipSync, gzipSync } from 'node:zlib'
import type { SchemaObject } from '../../state/facts.ts'
import { fingerprintOf } from './fingerprint.ts'

/** In Base64. A thousand tables are a third of it; a Swarm takes no config of much more. */
const most = 400_000

/** What a text of that length could unpack to is not found out by unpacking it. */
const mostUnpacked = 32 * 2 ** 20

/** A schema as it is kept beside the record. Null: it is too large for that. */
export function packSchema(schema: readonly SchemaObject[]): string | null {
  const packed = gzipSync(JSON.stringify(schema), { level: 9 }).toString('base64')
  return packed.length <= most ? packed : null
}

/** Null: it is not the schema that the fingerprint stands for. */
export function unpackSchema(packed: string, fingerprint: string): readonly SchemaObject[] | null {
  try {
    const text = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: mostUnpacked }).toString('utf8')
    const found: unknown = JSON.parse(text)
    return isSchema(found) && fingerprintOf(found) === fingerprint ? found : null
  } catch {
    return null
  }
}

function isSchema(found: unknown): found is readonly SchemaObject[] {
  return Array.isArray(found) && found.every(isObject)
}

function isObject(found: unknown): boolean {
  if (typeof found !== 'object' || found === null) return false
  return ['kind', 'name', 'definition'].every(part => typeof (found as Record<string, unknown>)[part] === 'string')
}
