import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runChecks } from '../../src/runners/checks/run-checks.ts'
import { openSecrets } from '../../src/runners/secrets.ts'
import type { Check } from '../../src/state/manifest.ts'

let server: Server
let base = ''
let flaky = 0
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/hang') return
    if (request.url === '/flaky') flaky += 1
    const ok =
      request.url !== '/broken' &&
      (request.url !== '/flaky' || flaky > 1) &&
      (request.url !== '/mine' || request.headers.authorization === 't-1')
    response.writeHead(ok ? 200 : 500, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ token: 't-1', leaf: 1, secret: 'hunter2-hunter2' }))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('checks', () => {
  test('pass, fail, are inconclusive or flaky, each by what was expected and got', async () => {
    const results = await run([
      check('log in', { path: '/login', extract: { token: '$.token' } }),
      check('mine', { path: '/mine', headers: { authorization: '{token}' } }),
      check('broken', { path: '/broken' }),
      check('asserts nothing', { path: '/', asserts: [] }),
      check('past a leaf', { path: '/', extract: { deep: '$.leaf.deeper' } }),
      check('uses what nobody gave', { path: '/{deep}' }),
      check('flaky', { path: '/flaky', attempts: 2 }),
      {
        ...check('exit', {}),
        request: { kind: 'command', argv: [process.execPath, '-e', 'process.exit(3)'] },
        asserts: [{ kind: 'exit', equals: 0 }],
      },
      {
        ...check('no such program', {}),
        request: { kind: 'command', argv: ['no-such-program'] },
        asserts: [{ kind: 'exit', equals: 0 }],
      },
      {
        ...check('cell', {}),
        request: { kind: 'sql', database: 'main', sql: 'SELECT 1' },
        asserts: [{ kind: 'cell', equals: 41 }],
      },
    ])
    expect(
      results.map(
        ({ name, verdict, firstFailure }) =>
          `${name}: ${verdict}${firstFailure !== null && verdict === 'pass' ? ' (flaky)' : ''}`,
      ),
    ).toEqual([
      'log in: pass',
      'mine: pass',
      'broken: fail',
      'asserts nothing: inconclusive',
      'past a leaf: inconclusive',
      'uses what nobody gave: inconclusive',
      'flaky: pass (flaky)',
      'exit: fail',
      'no such program: inconclusive',
      'cell: fail',
    ])
    expect(results[2]?.says).toBe('expected status 200, got 500')
    expect(results[9]?.says).toBe('expected cell 41, got 42')
  })

  test('that hang fail at their own deadline and hide no other', async () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      check(`c${index}`, { path: index % 8 === 0 ? '/hang' : '/', timeoutMs: 700 }),
    )
    const results = await run(many)
    expect(results.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toEqual([
      'c0',
      'c8',
      'c16',
      'c24',
      'c32',
    ])
    expect(results.filter(({ verdict }) => verdict === 'pass')).toHaveLength(35)
  })
})

describe('secrets', () => {
  test('are masked in every spelling they may turn up in, and found by reference only', async () => {
    const secrets = openSecrets({ PASSWORD: 'pass/word "one"' })
    expect(await secrets.resolve('env:PASSWORD')).toBe('pass/word "one"')
    expect(await secrets.resolve('plain')).toBe('plain')
    const spelled = [
      'pass/word "one"',
      encodeURIComponent('pass/word "one"'),
      JSON.stringify('pass/word "one"'),
      Buffer.from('pass/word "one"').toString('base64'),
    ]
    for (const text of spelled) expect(secrets.mask(`x ${text} y`)).not.toMatch(/pass|word|cGFzcy93b3Jk/)
    await expect(secrets.resolve('env:MISSING')).rejects.toThrow('is not there')
  })
})

const noContainers = () => Promise.resolve([])

function run(checks: readonly Check[]) {
  const secrets = openSecrets({})
  const { resolve, mask } = secrets
  return runChecks({
    checks,
    containers: { container: noContainers, log: noContainers, run: noContainers },
    deadlineMs: 60_000,
    cell: () => Promise.resolve({ ok: true, value: 42 }),
    resolve,
    mask,
    signal: new AbortController().signal,
    onResult: () => undefined,
  })
}

function check(
  name: string,
  given: {
    path?: string
    headers?: Record<string, string>
    extract?: Record<string, string>
    asserts?: Check['asserts']
    attempts?: number
    timeoutMs?: number
  },
): Check {
  const {
    path = '/',
    headers = {},
    extract = {},
    asserts = [{ kind: 'status', equals: 200 }],
    attempts = 1,
    timeoutMs = 10_000,
  } = given
  return {
    name,
    group: 'core',
    severity: 'must',
    request: { kind: 'http', url: `${base}${path}`, method: 'GET', headers, json: null },
    asserts,
    extract,
    timeoutMs,
    attempts,
    intervalMs: 10,
  }
}
