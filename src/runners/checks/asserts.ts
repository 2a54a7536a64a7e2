import type { Verdict } from '../../state/check-result.ts'
import { readJsonPath } from '../../state/json-path.ts'
import { canonical, type Json } from '../../state/json.ts'
import type { Assertion } from '../../state/manifest.ts'
import { oneLine } from '../../state/text.ts'

export type Got = {
  readonly status: number | null
  readonly text: string
  readonly json: Json
  readonly exit: number | null
  readonly cell: Json | undefined
  readonly latencyMs: number
}

type Judged = { readonly verdict: Verdict; readonly says: string }

/** All assertions; the first that does not hold speaks. A latency too long is degraded, and no failure. */
export function assertAll(asserts: readonly Assertion[], got: Got): Judged {
  if (asserts.length === 0) return { verdict: 'inconclusive', says: 'it asserts nothing' }
  const judged = asserts.map(assertion => judge(assertion, got))
  const bad =
    judged.find(({ verdict }) => verdict === 'fail') ??
    judged.find(({ verdict }) => verdict === 'inconclusive') ??
    judged.find(({ verdict }) => verdict === 'degraded')
  return bad ?? { verdict: 'pass', says: judged.map(({ says }) => says).join(', ') }
}

function judge(assertion: Assertion, got: Got): Judged {
  switch (assertion.kind) {
    case 'status':
      return equal('status', assertion.equals, got.status)
    case 'exit':
      return equal('exit', assertion.equals, got.exit)
    case 'cell':
      return got.cell === undefined
        ? { verdict: 'inconclusive', says: 'there is no cell to compare' }
        : equal('cell', assertion.equals, got.cell)
    case 'body': {
      const holds = got.text.includes(assertion.contains)
      return holds
        ? pass(`body contains "${assertion.contains}"`)
        : fail(`expected a body with "${assertion.contains}", got "${oneLine(got.text, 80)}"`)
    }
    case 'latency':
      return got.latencyMs <= assertion.underMs
        ? pass(`${got.latencyMs} ms`)
        : { verdict: 'degraded', says: `expected under ${assertion.underMs} ms, took ${got.latencyMs} ms` }
    case 'json':
      return judgeJson(assertion, got)
  }
}

function judgeJson({ path, exists, equals }: Extract<Assertion, { kind: 'json' }>, got: Got): Judged {
  const value = readJsonPath(got.json, path)
  if (exists === false)
    return value === undefined
      ? pass(`${path} is not there`)
      : fail(`expected ${path} not to be there, got ${shown(value)}`)
  if (value === undefined) return fail(`expected ${path}, got "${oneLine(got.text, 80)}"`)
  return equals === undefined ? pass(`${path} is there`) : equal(path, equals, value)
}

function equal(what: string, expected: Json, value: Json): Judged {
  return canonical(expected) === canonical(value)
    ? pass(`${what} ${shown(value)}`)
    : fail(`expected ${what} ${shown(expected)}, got ${shown(value)}`)
}

function shown(value: Json): string {
  return oneLine(typeof value === 'string' ? value : canonical(value), 80)
}

function pass(says: string): Judged {
  return { verdict: 'pass', says }
}

function fail(says: string): Judged {
  return { verdict: 'fail', says }
}
