import type { Json } from './json.ts'

/** `$.a.b[0]` in a value; undefined where the path leads nowhere. A leaf has nothing below it, so `$.a.b` of `{a: 1}` is nowhere. */
export function readJsonPath(value: Json, path: string): Json | undefined {
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)]
  let here: Json | undefined = value
  for (const [, name, index] of steps) {
    if (here === null || typeof here !== 'object') return undefined
    here = (here as Readonly<Record<string, Json | undefined>>)[name ?? index ?? '']
  }
  return here
}
