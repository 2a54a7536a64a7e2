import type { core } from 'zod'
import type { At, ManifestFault, Path } from './faults.ts'

type Issue = core.$ZodIssue

/** The kind of file that is read: its schema for editors, and the file that shows how it is written. */
export type Described = { readonly schema: () => unknown; readonly example: string }

/** zod's findings in an operator's words, one fault per thing that is wrong. */
export function issueFaults(
  issues: readonly Issue[],
  value: unknown,
  at: At,
  described: Described,
): readonly ManifestFault[] {
  return issues.flatMap(issue => faultsOf(issue, issue.path as Path, value, at, described))
}

function faultsOf(issue: Issue, path: Path, value: unknown, at: At, described: Described): readonly ManifestFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(path, key, at, described))
  if (issue.code === 'invalid_union') return union(issue, path, value, at, described)
  if (issue.code === 'invalid_type') {
    const missing = valueAt(value, path) === undefined
    return [
      missing
        ? at(path, `${String(path.at(-1))} is missing`, `Add it (${issue.expected}).`)
        : at(path, `is not ${article(issue.expected)}`, `Write ${article(issue.expected)}.`),
    ]
  }
  if (issue.code === 'invalid_value')
    return [at(path, `is not one of ${issue.values.join(', ')}`, 'Choose one of them.')]
  return [at(path, issue.message, `Correct it; ${described.example} shows how it is written.`)]
}

/** Of several shapes, the one that shares a key with what was written is the one that was meant. */
function union(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  value: unknown,
  at: At,
  described: Described,
): readonly ManifestFault[] {
  const here = valueAt(value, path)
  const written = here !== null && typeof here === 'object' ? Object.keys(here) : []
  const meant = issue.errors.filter(
    errors =>
      !errors.some(
        ({ path: [key, ...below] }) => key !== undefined && below.length === 0 && !written.includes(String(key)),
      ),
  )
  const [best] = meant.length > 0 ? meant : []
  if (best === undefined)
    return [at(path, 'has none of the shapes known here', `See ${described.example} for those there are.`)]
  return best.flatMap(error => faultsOf(error, [...path, ...(error.path as Path)], value, at, described))
}

/** Kinds that a later version knows, so that a file written for it is told so and not guessed at. */
const later: Readonly<Record<string, string>> = {
  postgres: 'databases here are MySQL, MariaDB (mysql: ...) and SQLite files (sqlite: ...)',
}

function unknownKey(path: Path, key: string, at: At, { schema }: Described): ManifestFault {
  const other = later[key]
  if (other !== undefined)
    return at([...path, key], `this version of Astern does not know ${key}`, `In this version ${other}.`)
  const near = keysIn(schema())
    .map(known => ({ known, off: distance(known, key) }))
    .filter(({ off }) => off <= 2)
    .sort((one, two) => one.off - two.off)[0]?.known
  const next =
    near === undefined
      ? 'Remove it, or write it x-... to keep it for yourself.'
      : `Did you mean ${near}? Otherwise remove it, or write it x-...`
  return at([...path, key], `unknown key ${key}`, next)
}

/** Every key that the file may have, wherever it stands. */
function keysIn(schema: unknown): readonly string[] {
  if (schema === null || typeof schema !== 'object') return []
  const { properties } = schema as { readonly properties?: object }
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(keysIn)]
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, part) =>
      here !== null && typeof here === 'object' ? (here as Record<string | number, unknown>)[part] : undefined,
    value,
  )
}

function article(type: string): string {
  const words: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    array: 'a list',
    object: 'a set of keys',
    record: 'a set of names',
    boolean: 'true or false',
  }
  return words[type] ?? type
}

/** Levenshtein's, over one row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost))
    }
    row = next
  }
  return row[b.length] ?? 0
}
