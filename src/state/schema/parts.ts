import type { SchemaChange } from './change.ts'

/** A part of a table, and what there is to say of it. */
export type Part = { readonly name: string; readonly words: readonly Word[] }

/** Some words, or what is said when there is nothing to say but the other side has something. */
export type Word = string | { readonly without: string }

/** Parts that came, went or read otherwise. */
export function partChanges(
  where: (name: string) => string,
  from: readonly Part[],
  to: readonly Part[],
): readonly SchemaChange[] {
  const [before, after] = [wordsOf(from), wordsOf(to)]
  const names = [...new Set([...from, ...to].map(({ name }) => name))]
  return names.flatMap((name): readonly SchemaChange[] => {
    const [old, now] = [before.get(name), after.get(name)]
    if (old === undefined) return [{ where: where(name), what: 'added', from: null, to: whole(now ?? []) }]
    if (now === undefined) return [{ where: where(name), what: 'gone', from: whole(old), to: null }]
    const differs = old.map((word, at) => say(word) !== say(now[at] ?? ''))
    if (!differs.includes(true)) return []
    const only = (words: readonly Word[]): string =>
      words
        .filter((_, at) => differs[at])
        .map(say)
        .join(' ')
    return [{ where: where(name), what: 'changed', from: only(old), to: only(now) }]
  })
}

/** Where those in both stand in another order. */
export function orderChange(table: string, from: readonly Part[], to: readonly Part[]): readonly SchemaChange[] {
  const both = (parts: readonly Part[], others: readonly Part[]): string =>
    parts
      .map(({ name }) => name)
      .filter(name => others.some(other => other.name === name))
      .join(', ')
  const [old, now] = [both(from, to), both(to, from)]
  return old === now ? [] : [{ where: `${table}: order of columns`, what: 'changed', from: old, to: now }]
}

function wordsOf(parts: readonly Part[]): ReadonlyMap<string, readonly Word[]> {
  return new Map(parts.map(({ name, words }) => [name, words]))
}

function whole(words: readonly Word[]): string | null {
  const said = words.filter(word => typeof word === 'string')
  return said.length === 0 ? null : said.join(' ')
}

function say(word: Word): string {
  return typeof word === 'string' ? word : word.without
}
