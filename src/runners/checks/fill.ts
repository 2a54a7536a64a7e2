import type { Json } from '../../state/json.ts'
import type { Check } from '../../state/manifest.ts'

const placeholder = /\{([a-z_]\w*)\}/gi

/** Names a check takes from those before it. */
export function uses(check: Check): readonly string[] {
  const text = JSON.stringify(check.request)
  return [...new Set([...text.matchAll(placeholder)].map(([, name]) => name ?? ''))]
}

/** Texts inside a value filled in; a text that is one secret reference becomes the secret. Throws on an unknown name. */
export async function fill(
  value: Json,
  values: ReadonlyMap<string, Json>,
  resolve: (value: string) => Promise<string>,
): Promise<Json> {
  if (typeof value === 'string') return resolve(fillText(value, values))
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return Promise.all(value.map((item: Json) => fill(item, values, resolve)))
  const entries = await Promise.all(
    Object.entries(value).map(async ([key, item]) => [key, await fill(item ?? null, values, resolve)] as const),
  )
  return Object.fromEntries(entries)
}

export class Unfilled extends Error {}

export function fillText(text: string, values: ReadonlyMap<string, Json>): string {
  return text.replaceAll(placeholder, (whole, name: string) => {
    const value = values.get(name)
    if (value === undefined) throw new Unfilled(`${whole} has no value: the check that extracts it gave none`)
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
}
