import type { Json } from '../../state/json.ts'

/** Shorter ones would turn up in any text. */
const shortest = 6

/** What one answer gives the next request may be all that somebody needs to be the user: it is shown by its name. */
export function hide(text: string, values: Readonly<Record<string, Json>>): string {
  const texts = Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'string' && value.length >= shortest ? [[name, value] as const] : [],
  )
  return texts.reduce((hidden, [name, value]) => hidden.replaceAll(value, `{${name}}`), text)
}
