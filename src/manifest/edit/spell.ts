import type { Json } from '../../state/json.ts'

/** A value on one line. `quote`: how texts are quoted there; null: where they have to be. */
export function spell(value: Json, quote: '"' | "'" | null): string {
  if (typeof value === 'string') return spellText(value, quote)
  if (Array.isArray(value)) return `[${value.map((item: Json) => spell(item, quote)).join(', ')}]`
  if (value === null || typeof value !== 'object') return String(value)
  const pairs = Object.entries(value).map(([key, item]) => `${spell(key, null)}: ${spell(item ?? null, quote)}`)
  return `{ ${pairs.join(', ')} }`
}

function spellText(text: string, quote: '"' | "'" | null): string {
  if (quote === "'" && !text.includes("'")) return `'${text}'`
  const plain =
    quote === null &&
    (/^[A-Za-z][\w./-]*$/.test(text) || /^\d+(ms|s|m|h)$/.test(text)) &&
    !words.has(text.toLowerCase())
  return plain ? text : JSON.stringify(text)
}

/** What some readers of YAML take for something else than a text. */
const words: ReadonlySet<string> = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n'])
