import type { Json } from '../../state/json.ts'

/** What stands at a path; an item of a list is named by its own `name`. Undefined: nothing does. */
export function at(value: Json | undefined, [head, ...rest]: readonly string[]): Json | undefined {
  if (head === undefined) return value
  if (Array.isArray(value)) return at(itemOf(value, head), rest)
  return isObject(value) && Object.hasOwn(value, head) ? at(value[head], rest) : undefined
}

/** The same without what stands there. */
export function without(value: Json, [head, ...rest]: readonly string[]): Json {
  if (head === undefined) return null
  if (Array.isArray(value))
    return value.map((item: Json) => (item === itemOf(value, head) ? without(item, rest) : item))
  if (!isObject(value)) return value
  const entries = Object.entries(value).flatMap(([key, item]): [string, Json | undefined][] => {
    if (key !== head) return [[key, item]]
    return rest.length === 0 || item === undefined ? [] : [[key, without(item, rest)]]
  })
  return Object.fromEntries(entries)
}

function itemOf(list: readonly Json[], name: string): Json | undefined {
  return list.find(item => isObject(item) && item['name'] === name)
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
