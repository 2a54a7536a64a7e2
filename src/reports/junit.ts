import type { CheckResult } from '../state/check-result.ts'
import type { Line } from '../state/event.ts'
import { replay } from '../state/reduce.ts'
import { plain } from '../state/text.ts'

export type NamedSuite = { readonly name: string; readonly results: readonly CheckResult[] }

/** Both suites of a run, in the order baseline, after. */
export function junit(lines: readonly Line[]): string {
  const { suites } = replay(lines)
  const named = (['baseline', 'after'] as const).flatMap(name =>
    suites[name] === null ? [] : [{ name, results: Object.values(suites[name].results) }],
  )
  return checksXml(named)
}

/** What is inconclusive is an error: it shows nothing, and must not pass. */
export function checksXml(suites: readonly NamedSuite[]): string {
  const body = suites.map(({ name, results }) => {
    const failures = results.filter(({ verdict }) => verdict === 'fail').length
    const errors = results.filter(({ verdict }) => verdict === 'inconclusive').length
    return `  <testsuite name="${xml(name)}" tests="${results.length}" failures="${failures}" errors="${errors}">\n${results.map(testCase).join('')}  </testsuite>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body.join('')}</testsuites>\n`
}

function testCase({ name, group, verdict, says, latencyMs }: CheckResult): string {
  const open = `    <testcase name="${xml(name)}" classname="${xml(group)}" time="${((latencyMs ?? 0) / 1000).toFixed(3)}"`
  if (verdict === 'pass' || verdict === 'degraded') return `${open}/>\n`
  const tag = verdict === 'fail' ? 'failure' : 'error'
  return `${open}><${tag} message="${xml(says)}"/></testcase>\n`
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

function xml(value: string): string {
  return plain(value).replaceAll(/[&<>"\n]/g, sign => escapes[sign] ?? sign)
}
