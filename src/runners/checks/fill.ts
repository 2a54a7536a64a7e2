import type { Assertion, Check, CheckRequest, Question } from '../../state/check.ts'
import type { Json } from '../../state/json.ts'

const placeholder = /(?<!\$)\{([a-z_]\w*)\}/gi

/** Names a check takes from those before it; what a flow passes on inside itself is its own. */
export function uses({ request, asserts }: Pick<Check, 'request' | 'asserts'>): readonly string[] {
  if (request.kind !== 'flow') return namesIn(request, asserts)
  const own = new Set(request.steps.flatMap(({ extract }) => Object.keys(extract)))
  return [...new Set(request.steps.flatMap(step => namesIn(step.request, step.asserts)))].filter(name => !own.has(name))
}

function namesIn(request: Exclude<CheckRequest, { kind: 'flow' }>, asserts: readonly Assertion[]): readonly string[] {
  const text = JSON.stringify([request, asserts.map(compared)])
  return [...new Set([...text.matchAll(placeholder)].map(([, name]) => name ?? ''))]
}

/**
 * A text that is one secret reference becomes the secret; in every other the names are filled in, and what an answer gave is
 * never taken for a reference. Throws on an unknown name.
 */
export async function prepared(
  question: Question,
  values: ReadonlyMap<string, Json>,
  resolve: (value: string) => Promise<string>,
): Promise<Question> {
  const fill = question.kind === 'sql' ? sqlSafe : spelled
  const ready = await eachText(question as unknown as Json, async text => {
    const secret = await resolve(text)
    return secret === text ? filled(text, values, fill) : secret
  })
  return ready as unknown as Question
}

/** What is compared may be what an earlier answer gave. A regular expression stays as it is. */
export function fillAssertion(assertion: Assertion, values: ReadonlyMap<string, Json>): Assertion {
  const parts = Object.entries(compared(assertion)).map(([part, value]) => [
    part,
    typeof value === 'string' ? filled(value, values, spelled) : value,
  ])
  return { ...assertion, ...Object.fromEntries(parts) }
}

function compared(assertion: Assertion): Record<string, Json> {
  const parts = ['equals', 'not', 'contains', 'lacks'] as const
  const given = assertion as { readonly [part in (typeof parts)[number]]?: Json }
  return Object.fromEntries(parts.flatMap(part => (given[part] === undefined ? [] : [[part, given[part]]])))
}

export class Unfilled extends Error {}

function filled(text: string, values: ReadonlyMap<string, Json>, spell: (value: Json, name: string) => string): string {
  return text.replaceAll(placeholder, (whole, name: string) => {
    const value = values.get(name)
    if (value === undefined) throw new Unfilled(`${whole} has no value: what extracts it gave none`)
    return spell(value, name)
  })
}

function spelled(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What somebody answered must not become a part of a statement. */
function sqlSafe(value: Json, name: string): string {
  const text = spelled(value)
  if (!/^[\w .:@+-]*$/.test(text) || text.includes('--'))
    throw new Unfilled(`{${name}} holds characters that SQL would read as more than a value`)
  return text
}

async function eachText(value: Json | undefined, change: (text: string) => Promise<string>): Promise<Json> {
  if (typeof value === 'string') return change(value)
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null
  if (Array.isArray(value)) return Promise.all(value.map((item: Json) => eachText(item, change)))
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(await Promise.all(entries.map(async ([key, item]) => [key, await eachText(item, change)])))
}
