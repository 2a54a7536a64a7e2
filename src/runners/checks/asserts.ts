import { readJsonPath } from '../../state/json-path.ts'
import type { Json } from '../../state/json.ts'
import type { Assertion, Compared } from '../../state/check.ts'
import { compare, fail, pass, shown, unclear, type Judged } from './compare.ts'

/** What one question brought. What it has not brought is undefined, and nothing that compares it passes. */
export type Got = {
  readonly latencyMs: number
  /** Of several that were asked alike: which. */
  readonly where?: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: Json
  readonly exit?: number
  /** `trouble`: why it does not. */
  readonly connects?: boolean
  readonly trouble?: string
  /** Tells one life of a container from another. */
  readonly life?: string
  /** There was more text than was read. */
  readonly cut?: boolean
} & { readonly [what in Compared]?: Json }

/** All assertions; the first that does not hold speaks. `first`: what the same check brought when it was first asked. */
export function assertAll(asserts: readonly Assertion[], got: Got, first: Got | null = null): Judged {
  if (asserts.length === 0) return unclear('it asserts nothing')
  const judged = asserts.map(assertion => softened(assertion, judge(assertion, got, first)))
  return worst(judged) ?? pass(judged.map(({ says }) => says).join(', '))
}

/** The gravest that is no pass; of several the first. */
export function worst(judged: readonly Judged[]): Judged | null {
  const order = ['fail', 'inconclusive', 'degraded'] as const
  for (const verdict of order) {
    const bad = judged.find(one => one.verdict === verdict)
    if (bad !== undefined) return bad
  }
  return null
}

function softened({ soft }: Assertion, judged: Judged): Judged {
  return soft === true && judged.verdict === 'fail' ? { ...judged, verdict: 'degraded' } : judged
}

function judge(assertion: Assertion, got: Got, first: Got | null): Judged {
  switch (assertion.kind) {
    case 'status':
    case 'exit':
      return compare(assertion.kind, { equals: assertion.equals }, { value: got[assertion.kind] })
    case 'header':
      return judgeHeader(assertion, got)
    case 'json':
      return judgeJson(assertion, got)
    case 'latency':
      return got.latencyMs <= assertion.underMs
        ? pass(`${got.latencyMs} ms`)
        : { verdict: 'degraded', says: `expected under ${assertion.underMs} ms, took ${got.latencyMs} ms` }
    case 'connects':
      return judgeConnection(assertion.equals, got)
    case 'steady':
      return judgeLife(got, first)
    case 'body':
    case 'cell':
    case 'redirects':
    case 'url':
    case 'certificate days':
    case 'protocol':
    case 'rcode':
    case 'answers':
    case 'state':
    case 'restarts':
    case 'digest': {
      const { kind, soft: _, ...comparison } = assertion
      return compare(kind, comparison, { value: got[kind], cut: kind === 'body' && got.cut === true })
    }
  }
}

/** A cookie may be all that somebody needs to be the user. */
function judgeHeader(assertion: Extract<Assertion, { kind: 'header' }>, { headers }: Got): Judged {
  const { kind: _, name, soft: __, ...comparison } = assertion
  const judged = compare(`header ${name}`, comparison, { value: headers?.[name.toLowerCase()] })
  return name.toLowerCase() === 'set-cookie' && judged.verdict !== 'inconclusive'
    ? { ...judged, says: `header ${name}: ${judged.verdict === 'pass' ? 'as expected' : 'not as expected'}` }
    : judged
}

function judgeJson(assertion: Extract<Assertion, { kind: 'json' }>, got: Got): Judged {
  const { kind: _, path, soft: __, ...comparison } = assertion
  if (got.json === undefined) {
    const answered = got.body === undefined ? '' : `, got "${shown(got.body)}"`
    if (got.cut === true) return unclear(`its answer is longer than what is read of it, so ${path} is not known`)
    return comparison.exists === true
      ? fail(`expected ${path}${answered}`)
      : unclear(`what it answers is no JSON, so ${path} is nowhere${answered}`)
  }
  return compare(path, comparison, { value: readJsonPath(got.json, path) })
}

function judgeConnection(wanted: boolean, { connects, trouble = '' }: Got): Judged {
  if (connects === undefined) return unclear(trouble === '' ? 'there is no connection to judge' : trouble)
  if (connects === wanted) return pass(wanted ? 'it connects' : `it does not connect: ${trouble}`)
  return fail(wanted ? `expected a connection: ${trouble}` : 'expected no connection, it connects')
}

/** Whoever watches looks again; the first look has nothing to be compared with. */
function judgeLife({ life }: Got, first: Got | null): Judged {
  if (life === undefined) return unclear('there is no container to watch')
  if (first === null) return pass('looked at for the first time')
  return life === first.life ? pass('not started again') : fail('it was started again while it was watched')
}
