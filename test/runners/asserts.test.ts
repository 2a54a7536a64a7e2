import { expect, test } from 'vitest'
import { assertAll, type Got } from '../../src/runners/checks/asserts.ts'
import type { Assertion } from '../../src/state/check.ts'

const got: Got = {
  latencyMs: 40,
  status: 200,
  headers: { etag: '"v1"', 'set-cookie': 'session=very-secret' },
  body: '{"user":{"name":"probe"},"items":[{"id":1},{"id":2}],"total":"7"}',
  json: { user: { name: 'probe' }, items: [{ id: 1 }, { id: 2 }], total: '7' },
  answers: ['10.0.0.1', '10.0.0.2'],
  restarts: 2,
}

const table: readonly (readonly [Assertion, string])[] = [
  [{ kind: 'status', equals: 200 }, 'pass: status 200'],
  [{ kind: 'status', equals: 201 }, 'fail: expected status 201, got 200'],
  [{ kind: 'status', equals: 201, soft: true }, 'degraded: expected status 201, got 200'],
  [{ kind: 'latency', underMs: 39 }, 'degraded: expected under 39 ms, took 40 ms'],
  [{ kind: 'exit', equals: 0 }, 'inconclusive: there is no exit to compare'],
  [{ kind: 'json', path: '$.user.name', equals: 'probe' }, 'pass: $.user.name probe'],
  [{ kind: 'json', path: '$.user.name', not: 'probe' }, 'fail: expected $.user.name other than probe'],
  [{ kind: 'json', path: '$.items[*].id', equals: [1, 2] }, 'pass: $.items[*].id [1,2]'],
  [{ kind: 'json', path: '$.items[?@.id > 1].id', equals: [2] }, 'pass: $.items[?@.id > 1].id [2]'],
  [{ kind: 'json', path: '$.items', count: 3 }, 'fail: expected 3 in $.items, got 2'],
  [{ kind: 'json', path: '$.total', atLeast: 7, atMost: 9 }, 'pass: $.total 7, $.total 7'],
  [{ kind: 'json', path: '$.total', atMost: 6 }, 'fail: expected $.total of at most 6, got 7'],
  [{ kind: 'json', path: '$.user', atMost: 6 }, 'inconclusive: $.user is no number: {"name":"probe"}'],
  [{ kind: 'json', path: '$.user.name.first', equals: 'x' }, 'inconclusive: there is no $.user.name.first to compare'],
  [{ kind: 'json', path: '$.user.name.first', lacks: 'x' }, 'inconclusive: there is no $.user.name.first to compare'],
  [{ kind: 'json', path: '$.items.length', exists: true }, 'fail: expected $.items.length, it is not there'],
  [{ kind: 'json', path: '$.error', exists: false }, 'pass: $.error is not there'],
  [{ kind: 'json', path: '$.user', exists: false }, 'fail: expected no $.user, got {"name":"probe"}'],
  [{ kind: 'json', path: 'user', equals: 1 }, 'inconclusive: there is no user to compare'],
  [{ kind: 'header', name: 'ETag', matches: '^"v\\d"$' }, 'pass: header ETag matches /^"v\\d"$/'],
  [{ kind: 'header', name: 'location', equals: '/' }, 'inconclusive: there is no header location to compare'],
  [{ kind: 'header', name: 'set-cookie', contains: 'x=y' }, 'fail: header set-cookie: not as expected'],
  [{ kind: 'body', contains: '"id":2' }, 'pass: body contains ""id":2"'],
  [{ kind: 'body', lacks: 'Traceback' }, 'pass: body lacks "Traceback"'],
  [{ kind: 'answers', contains: '10.0.0.2' }, 'pass: answers contains "10.0.0.2"'],
  [{ kind: 'answers', contains: '10.0.0' }, 'fail: expected answers with "10.0.0", got "["10.0.0.1","10.0.0.2"]"'],
  [{ kind: 'cell', equals: 0 }, 'inconclusive: there is no cell to compare'],
  [{ kind: 'restarts' }, 'inconclusive: restarts is compared with nothing'],
  [{ kind: 'connects', equals: true }, 'inconclusive: there is no connection to judge'],
  [{ kind: 'steady' }, 'inconclusive: there is no container to watch'],
]

test.each(table)('%j is judged by what was expected and got', (assertion, expected) => {
  const { verdict, says } = assertAll([assertion], got)
  expect(`${verdict}: ${says}`).toBe(expected)
})

test('of several that do not hold the gravest speaks, and no assertion at all is no pass', () => {
  const asserts: readonly Assertion[] = [
    { kind: 'latency', underMs: 1 },
    { kind: 'cell', equals: 1 },
    { kind: 'status', equals: 500 },
  ]
  expect(assertAll(asserts, got)).toEqual({ verdict: 'fail', says: 'expected status 500, got 200' })
  expect(assertAll(asserts.slice(0, 2), got)).toEqual({
    verdict: 'inconclusive',
    says: 'there is no cell to compare',
  })
  expect(assertAll([], got)).toEqual({ verdict: 'inconclusive', says: 'it asserts nothing' })
})

test('what was read in part proves what it has, and not what it lacks', () => {
  const part: Got = { latencyMs: 1, body: 'ready\nERROR: no', cut: true }
  const verdict = (assertion: Assertion): string => assertAll([assertion], part).verdict
  expect(verdict({ kind: 'body', contains: 'ready' })).toBe('pass')
  expect(verdict({ kind: 'body', contains: 'started' })).toBe('inconclusive')
  expect(verdict({ kind: 'body', lacks: 'PANIC' })).toBe('inconclusive')
  expect(assertAll([{ kind: 'body', lacks: 'ERROR' }], part)).toEqual({
    verdict: 'fail',
    says: 'expected body without "ERROR", got "ERROR: no"',
  })
  expect(verdict({ kind: 'json', path: '$.x', exists: false })).toBe('inconclusive')
})
