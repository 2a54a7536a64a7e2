import type { core } from 'zod'
import type { At, ManifestFault, Path } from './faults.ts'

type Issue = core.$ZodIssue

/** zod's findings in an operator's words, one fault per thing that is wrong. */
export function issueFaults(issues: readonly Issue[], value: unknown, at: At): readonly ManifestFault[] {
  return issues.flatMap(issue => faultsOf(issue, issue.path as Path, value, at))
}

function faultsOf(issue: Issue, path: Path, value: unknown, at: At): readonly ManifestFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(path, key, at))
  if (issue.code === 'invalid_union') return union(issue, path, value, at)
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
  return [at(path, issue.message, 'Correct it; docs/astern.example.yaml shows how it is written.')]
}

/** Of several shapes, the one that shares a key with what was written is the one that was meant. */
function union(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  value: unknown,
  at: At,
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
    return [at(path, 'has none of the shapes known here', 'See docs/astern.example.yaml for those there are.')]
  return best.flatMap(error => faultsOf(error, [...path, ...(error.path as Path)], value, at))
}

/** Kinds that a later version knows, so that a file written for it is told so and not guessed at. */
const later: Readonly<Record<string, string>> = {
  postgres: 'databases here are MySQL, MariaDB (mysql: ...) and SQLite files (sqlite: ...)',
}

const known =
  'environment name class hosts releases docker context tls ssh_config ca cert key address services release container compose project number path start env kind max_parallel depends_on stop grace health http expect status tcp command identity json databases sqlite file mysql port socket tls user password database reader replica writers readers accounts migrations tool query unapply apply table from dir service invariants sql checks group severity assert extract timeout attempts interval url method headers body latency exit cell query notify webhook secret slack teams pagerduty routing_key event change api statuspage page key components email smtp to cdevents token grafana dashboard stages audience review timezone timing health_deadline probe_interval probe_timeout consecutive stable watch turn_back impact replicas max_lag max_load backups max_age is connects signature traffic form follow dns exec log since flow always hold when header output lines redirects certificate_days protocol rcode answer state restarts digest soft equals contains lacks matches at_least at_most count exists'.split(
    ' ',
  )

function unknownKey(path: Path, key: string, at: At): ManifestFault {
  const other = later[key]
  if (other !== undefined)
    return at([...path, key], `this version of Astern does not know ${key}`, `In this version ${other}.`)
  const near = known.find(candidate => distance(candidate, key) <= 2)
  const next =
    near === undefined
      ? 'Remove it, or write it x-... to keep it for yourself.'
      : `Did you mean ${near}? Otherwise remove it, or write it x-...`
  return at([...path, key], `unknown key ${key}`, next)
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
