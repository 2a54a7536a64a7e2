import { expect, test } from 'vitest'
import { checksTap } from '../../src/reports/tap.ts'
import { checkoutCheck, loginCheck, result } from './fixture.ts'

test('checks as TAP: what is degraded is ok, what is inconclusive is not, and a flow has its steps', () => {
  const steps = [
    { name: 'form #1', verdict: 'pass', says: 'status 200', latencyMs: 12 },
    { name: 'orders', verdict: 'inconclusive', says: 'not asked:\u001b[1m no "token"\nfor it', latencyMs: null },
  ] as const
  const flaky = { attempts: 2, firstFailure: 'connection refused' }
  const results = [
    result(loginCheck, 'degraded', 'expected under 40 ms, took 41 ms', flaky),
    {
      ...result(checkoutCheck, 'inconclusive', 'step 2, orders', { latencyMs: 12, steps }),
      severity: 'should' as const,
    },
  ]
  expect(checksTap(results)).toBe(`TAP version 14
1..2
ok 1 - log in
  ---
  verdict: "degraded"
  message: "expected under 40 ms, took 41 ms"
  duration_ms: "41"
  group: "auth"
  severity: "must"
  attempts: "2"
  first_failure: "connection refused"
  ...
# Subtest: checkout
    1..2
    ok 1 - form \\#1
      ---
      verdict: "pass"
      message: "status 200"
      duration_ms: "12"
      ...
    not ok 2 - orders
      ---
      verdict: "inconclusive"
      message: "not asked: no \\"token\\" for it"
      ...
not ok 2 - checkout # TODO should
  ---
  verdict: "inconclusive"
  message: "step 2, orders"
  duration_ms: "12"
  group: "critical"
  severity: "should"
  attempts: "1"
  ...
`)
})
