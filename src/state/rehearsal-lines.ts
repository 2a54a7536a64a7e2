import { faultsOf, type RehearsedDatabase, type RehearsedStatement, type Rehearsal } from './rehearsal.ts'

/** A rehearsal in words, for whoever started it. */
export function rehearsalLines({ target, databases, release }: Rehearsal, from: string): readonly string[] {
  const each = Object.entries(databases).flatMap(([name, one]) => databaseLines(name, one, target))
  return [`Rehearsed on a clone: ${from} -> ${target}`, ...releaseLines(release, target), ...each]
}

function releaseLines(release: Rehearsal['release'], target: string): readonly string[] {
  if (release === undefined) return []
  const { verdict, started, checks, failed } = release
  const mark = { passed: '✓', failed: '✗', inconclusive: '?' }[verdict]
  const what = started.length === 0 ? 'nothing of it was started' : started.join(', ')
  return [
    `${target} on today's schema: ${what}`,
    `  ${mark} ${verdict}, of ${checks} ${checks === 1 ? 'check' : 'checks'}`,
    ...failed.map(text => `    ${text}`),
  ]
}

function databaseLines(name: string, one: RehearsedDatabase, target: string): readonly string[] {
  const { rows, whole, statements, reached, returned, wanted, today, left } = one
  return [
    `${name}: ${rows} rows${whole ? '' : ', which are not all: its times say little'}`,
    ...statements.map(statement => `  ${statementLine(statement)}`),
    ...(reached === wanted ? [`  ✓ its schema is that of ${target}`] : []),
    ...(returned === today ? ['  ✓ the way up again leads to today’s'] : []),
    ...faultsOf({ ...one, statements: [] })
      .filter(fault => fault !== left)
      .map(fault => `  ✗ ${fault}`),
    ...(left === undefined ? [] : [`  ? ${left}`]),
  ]
}

function statementLine({ direction, migration, index, ms, fault }: RehearsedStatement): string {
  const what = `${direction} ${migration}, statement ${index}`
  return ms === null ? `✗ ${what}: ${fault ?? ''}` : `✓ ${what}: ${timeWords(ms)}`
}

/** `812`, `41,000`, `3.1 M`. */
export function rowsText(rows: number): string {
  return rows < 1_000_000 ? rows.toLocaleString('en-US') : `${(rows / 1e6).toFixed(1)} M`
}

/** `0.4 s`, `41 s`, `3 min 20 s`. */
function timeWords(ms: number): string {
  if (ms < 10_000) return `${(Math.max(ms, 100) / 1000).toFixed(1)} s`
  const whole = Math.round(ms / 1000)
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
