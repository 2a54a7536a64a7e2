import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { FlowStep } from '../../src/state/check.ts'
import { checkOf, get, listening, run } from './suite.ts'

/** A shop of one user: a form logs in, a cookie or a token is the session, and logging out ends it. */
const shop = { asked: [] as string[], sessions: new Set<string>(), broken: '' }
const server = createServer((request, response) => {
  const { method, url = '', headers } = request
  shop.asked.push(`${method} ${url}`)
  if (url === shop.broken) return void response.writeHead(500).end('{}')
  const session = /session=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? headers.authorization ?? ''
  if (url === '/login') {
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      if (!body.includes('hunter2-hunter2')) return void response.writeHead(403).end('{}')
      const token = `token-${shop.sessions.size}-abcdef`
      shop.sessions.add(token)
      response.setHeader('set-cookie', `session=${token}; Path=/; HttpOnly`)
      response.writeHead(303, { location: '/home', 'content-type': 'application/json' })
      response.end(JSON.stringify({ token, user: 'probe' }))
    })
    return
  }
  if (!shop.sessions.has(session)) return void response.writeHead(401).end(JSON.stringify({ seen: session }))
  if (url === '/logout') {
    shop.sessions.delete(session)
    response.setHeader('set-cookie', 'session=; Path=/; Max-Age=0')
  }
  response.end(JSON.stringify({ user: 'probe', session }))
})
let base = ''
beforeAll(async () => {
  base = `http://127.0.0.1:${await listening(server)}`
})
beforeEach(() => {
  Object.assign(shop, { asked: [], broken: '' })
  shop.sessions.clear()
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('a flow', () => {
  test('logs in, reads what only a user may read, and logs out, by the cookies it was given on the way', async () => {
    const [result] = await run([flow(byCookie())])
    expect(result).toEqual({
      name: 'a session',
      group: 'core',
      severity: 'must',
      verdict: 'pass',
      says: 'log in, orders, log out, is out',
      latencyMs: expect.any(Number),
      attempts: 1,
      firstFailure: null,
      steps: [
        { name: 'log in', verdict: 'pass', says: 'status 200, redirects 1', latencyMs: expect.any(Number) },
        { name: 'orders', verdict: 'pass', says: 'status 200, $.user probe', latencyMs: expect.any(Number) },
        { name: 'log out', verdict: 'pass', says: 'status 200', latencyMs: expect.any(Number) },
        { name: 'is out', verdict: 'pass', says: 'status 401', latencyMs: expect.any(Number) },
      ],
    })
    expect(shop.asked).toEqual(['POST /login', 'GET /home', 'GET /orders', 'GET /logout', 'GET /orders'])
  })

  test('leaves unasked what comes after a step that failed, but for what has always to be done', async () => {
    shop.broken = '/orders'
    const [result] = await run([flow(byCookie())])
    expect(result).toMatchObject({ verdict: 'fail', says: 'step 2, orders: expected status 200, got 500' })
    expect(result?.steps?.map(({ name, verdict, says }) => `${name}: ${verdict}: ${says}`)).toEqual([
      'log in: pass: status 200, redirects 1',
      'orders: fail: expected status 200, got 500',
      'log out: pass: status 200',
      'is out: inconclusive: not asked: orders did not pass',
    ])
    expect([...shop.sessions]).toEqual([])
  })

  test('passes what one answer gave on to later requests and comparisons, and shows it by its name alone', async () => {
    const steps: readonly FlowStep[] = [
      { ...logIn({}), asserts: [{ kind: 'status', equals: 303 }], extract: { token: '$.token', user: '$.user' } },
      {
        ...step('orders', { headers: { authorization: '{token}' } }),
        asserts: [
          { kind: 'json', path: '$.user', equals: '{user}' },
          { kind: 'json', path: '$.session', equals: 'other' },
        ],
      },
    ]
    const [result] = await run([flow(steps)])
    expect(result?.says).toBe('step 2, orders: expected $.session other, got {token}')
    expect(JSON.stringify(result)).not.toMatch(/token-0|hunter2/)
  })

  test('keeps its values and cookies from every other, and begins each attempt without any', async () => {
    const byToken = (name: string): FlowStep[] => [
      { ...logIn({}), asserts: [{ kind: 'status', equals: 303 }], extract: { token: '$.token' } },
      { ...step('orders', { headers: { authorization: '{token}' } }), asserts: [{ kind: 'status', equals: 200 }] },
      { ...step(name, {}), asserts: [{ kind: 'status', equals: 200 }] },
    ]
    const stranger = checkOf('a stranger', get(`${base}/orders`, { headers: { authorization: '{token}' } }), [
      { kind: 'status', equals: 200 },
    ])
    const results = await run([flow(byToken('a'), 'one'), flow(byToken('b'), 'two'), stranger])
    expect(results.map(({ name, verdict, says }) => `${name}: ${verdict}: ${says}`)).toEqual([
      'one: pass: log in, orders, a',
      'two: pass: log in, orders, b',
      'a stranger: inconclusive: {token} has no value: what extracts it gave none',
    ])
  })

  test('that cannot log in has failed, and the reading of its user has shown nothing', async () => {
    const [result] = await run([flow([{ ...logIn({}), request: get(`${base}/orders`) }, ...byCookie().slice(1, 2)])])
    expect(result).toMatchObject({ verdict: 'fail', says: 'step 1, log in: expected status 200, got 401' })
    expect(result?.steps?.[1]).toEqual({
      name: 'orders',
      verdict: 'inconclusive',
      says: 'not asked: log in did not pass',
      latencyMs: null,
    })
  })
})

test('what one check was given is shown by its name alone where a later one fails', async () => {
  const results = await run([
    checkOf('log in', logIn({}).request, [{ kind: 'status', equals: 303 }], { extract: { token: '$.token' } }),
    checkOf('orders', get(`${base}/orders`, { headers: { authorization: '{token}' } }), [
      { kind: 'body', equals: '{token}' },
    ]),
  ])
  expect(results.map(({ says }) => says)).toEqual([
    'status 303',
    'expected body {token}, got {"user":"probe","session":"{token}"}',
  ])
})

test('what nobody was there to answer has shown nothing', async () => {
  const at = { service: 'nobody' }
  const [result] = await run([checkOf('x', { kind: 'docker', at }, [{ kind: 'state', equals: 'running' }])])
  expect(result).toMatchObject({ verdict: 'inconclusive', says: 'nobody was there to be asked' })
})

test('what a server answers is never taken for a reference to a secret, nor read as SQL', async () => {
  const told = createServer((request, response) =>
    response.end(JSON.stringify({ a: 'env:PASSWORD', b: "1' OR '1'='1", seen: request.headers['x-seen'] ?? '' })),
  )
  const url = `http://127.0.0.1:${await listening(told)}/`
  const asked: string[] = []
  const ok = [{ kind: 'status', equals: 200 }] as const
  const results = await run(
    [
      checkOf('gives', get(url), ok, { extract: { a: '$.a', b: '$.b' } }),
      checkOf('takes', get(url, { headers: { 'x-seen': '{a}' } }), [
        { kind: 'json', path: '$.seen', equals: 'env:PASSWORD' },
      ]),
      checkOf('sql', { kind: 'sql', database: 'main', sql: "SELECT '{b}'" }, [{ kind: 'cell', equals: 42 }]),
    ],
    { cell: (_, sql) => (asked.push(sql), Promise.resolve({ ok: true, value: 42 })) },
  )
  told.close()
  expect(results.map(({ verdict, says }) => `${verdict}: ${says}`)).toEqual([
    'pass: status 200',
    'pass: $.seen {a}',
    'inconclusive: {b} holds characters that SQL would read as more than a value',
  ])
  expect(asked).toEqual([])
})

const flow = (steps: readonly FlowStep[], name = 'a session') => checkOf(name, { kind: 'flow', steps }, [])

function step(name: string, more: Parameters<typeof get>[1]): Omit<FlowStep, 'asserts'> {
  return { name, request: get(`${base}/orders`, more), extract: {} }
}

function logIn(more: Parameters<typeof get>[1]): FlowStep {
  const form = { user: 'probe', password: 'env:PASSWORD' }
  return {
    name: 'log in',
    request: get(`${base}/login`, { method: 'POST', form, ...more }),
    asserts: [
      { kind: 'status', equals: 200 },
      { kind: 'redirects', equals: 1 },
    ],
    extract: {},
  }
}

function byCookie(): readonly FlowStep[] {
  return [
    logIn({ follow: 1 }),
    {
      ...step('orders', {}),
      asserts: [
        { kind: 'status', equals: 200 },
        { kind: 'json', path: '$.user', equals: 'probe' },
      ],
    },
    {
      ...step('log out', {}),
      request: get(`${base}/logout`),
      asserts: [{ kind: 'status', equals: 200 }],
      always: true,
    },
    { ...step('is out', {}), asserts: [{ kind: 'status', equals: 401 }] },
  ]
}
