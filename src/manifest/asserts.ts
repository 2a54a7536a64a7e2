import type { Assertion, Compared, Comparison } from '../state/check.ts'
import type { Json } from '../state/json.ts'
import type { WrittenAssertion, WrittenComparison } from './schema-asserts.ts'

/** An assertion in the core's words. A bare value is what is meant most of the time. */
export function assertionOf(written: WrittenAssertion): Assertion {
  const soft = 'soft' in written && written.soft === true ? ({ soft: true } as const) : {}
  return { ...bareOf(written), ...soft }
}

function bareOf(written: WrittenAssertion): Assertion {
  if ('status' in written) return { kind: 'status', equals: written.status }
  if ('latency' in written) return { kind: 'latency', underMs: written.latency }
  if ('exit' in written) return { kind: 'exit', equals: written.exit }
  if ('connects' in written) return { kind: 'connects', equals: written.connects }
  if ('json' in written) return { kind: 'json', path: written.json, ...comparisonOf(written) }
  if ('header' in written) return { kind: 'header', name: written.header, ...comparisonOf(written) }
  if ('body' in written) return compared('body', 'contains', written.body)
  if ('output' in written) return compared('body', 'contains', written.output)
  if ('lines' in written) return compared('body', 'contains', written.lines)
  if ('url' in written) return compared('url', 'equals', written.url)
  if ('redirects' in written) return compared('redirects', 'equals', written.redirects)
  if ('protocol' in written) return compared('protocol', 'equals', written.protocol)
  if ('certificate_days' in written) return compared('certificate days', 'atLeast', written.certificate_days)
  if ('rcode' in written) return compared('rcode', 'equals', written.rcode)
  if ('answer' in written) return compared('answers', 'contains', written.answer)
  if ('cell' in written) return compared('cell', 'equals', written.cell)
  if ('state' in written) return compared('state', 'equals', written.state)
  if ('digest' in written) return compared('digest', 'contains', written.digest)
  return written.restarts === 'steady' ? { kind: 'steady' } : compared('restarts', 'equals', written.restarts)
}

function compared(kind: Compared, bare: keyof Comparison, value: Json | WrittenComparison): Assertion {
  return value !== null && typeof value === 'object'
    ? { kind, ...comparisonOf(value as WrittenComparison) }
    : { kind, [bare]: value }
}

function comparisonOf(written: WrittenComparison & { readonly exists?: boolean | undefined }): Comparison {
  const { exists, equals, not, contains, lacks, matches, at_least: atLeast, at_most: atMost, count } = written
  const given = Object.entries({ exists, equals, not, contains, lacks, matches, atLeast, atMost, count })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}
