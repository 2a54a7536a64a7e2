import { describe, expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'

const shop = [
  'environment: { name: shop, class: drill }',
  'hosts: { web-1: { docker: "unix:///run/docker.sock" }, files: { releases: /srv } }',
  'services:',
  '  api: { hosts: [web-1], container: api-1 }',
  '  old: { hosts: [files], release: { path: old, start: [node, x.mjs] } }',
  'databases: { main: { sqlite: { file: shop.db } } }',
  'checks:',
  '',
].join('\n')

const load = (...checks: readonly string[]) =>
  parseManifest(`${shop}${checks.map(check => `  - ${check}\n`).join('')}`, '/etc')

function written(check: string) {
  const loaded = load(check)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.manifest.checks[0]
}

function faults(...checks: readonly string[]): readonly string[] {
  const loaded = load(...checks)
  return loaded.ok ? [] : loaded.faults.map(({ path, what }) => `${path}: ${what}`)
}

describe('a check as it is written', () => {
  test('has its times in milliseconds, its paths absolute, and a bare value in the words of a comparison', () => {
    expect(
      written(
        '{ name: a, when: after, consecutive: 2, hold: 30s, tls: { host: x, port: 443, tls: { ca: ca.pem } }, assert: [{ connects: true }, { certificate_days: 14, soft: true }, { protocol: { matches: "^TLS" } }] }',
      ),
    ).toEqual({
      name: 'a',
      group: 'core',
      severity: 'must',
      request: { kind: 'tls', host: 'x', port: 443, ca: '/etc/ca.pem' },
      asserts: [
        { kind: 'connects', equals: true },
        { kind: 'certificate days', atLeast: 14, soft: true },
        { kind: 'protocol', matches: '^TLS' },
      ],
      extract: {},
      timeoutMs: 5000,
      attempts: 3,
      intervalMs: 1000,
      consecutive: 2,
      holdMs: 30_000,
      when: 'after',
    })
  })

  test('asks each kind of question', () => {
    const requests = [
      'http: { url: "http://x", form: { a: b }, follow: 2, tls: unverified }, assert: [{ redirects: 1 }]',
      'tcp: { host: x, port: 25 }, assert: [{ connects: false }]',
      'dns: { name: x, server: "10.0.0.2:53" }, assert: [{ answer: 10.0.0.7 }]',
      'sql: { database: main, query: SELECT 1 }, assert: [{ cell: 1 }]',
      'command: [true], assert: [{ exit: 0 }]',
      'exec: { service: api, host: web-1, command: [/bin/x] }, assert: [{ output: ok }]',
      'docker: { container: db, host: web-1 }, assert: [{ restarts: steady }]',
      'log: { service: api, since: 5m }, assert: [{ lines: { lacks: ERROR } }]',
    ].map(each => {
      const { request, asserts } = written(`{ name: a, ${each.replace('[true]', '["true"]')} }`) ?? {}
      return [request, asserts]
    })
    expect(requests).toEqual([
      [
        {
          kind: 'http',
          url: 'http://x',
          method: 'GET',
          headers: {},
          json: null,
          form: { a: 'b' },
          follow: 2,
          unverified: true,
        },
        [{ kind: 'redirects', equals: 1 }],
      ],
      [{ kind: 'tcp', host: 'x', port: 25 }, [{ kind: 'connects', equals: false }]],
      [{ kind: 'dns', name: 'x', type: 'A', server: '10.0.0.2:53' }, [{ kind: 'answers', contains: '10.0.0.7' }]],
      [{ kind: 'sql', database: 'main', sql: 'SELECT 1' }, [{ kind: 'cell', equals: 1 }]],
      [{ kind: 'command', argv: ['true'] }, [{ kind: 'exit', equals: 0 }]],
      [{ kind: 'exec', at: { service: 'api', host: 'web-1' }, argv: ['/bin/x'] }, [{ kind: 'body', contains: 'ok' }]],
      [{ kind: 'docker', at: { container: 'db', host: 'web-1' } }, [{ kind: 'steady' }]],
      [{ kind: 'log', at: { service: 'api' }, sinceMs: 300_000 }, [{ kind: 'body', lacks: 'ERROR' }]],
    ])
  })

  test('says where it leads nowhere, asserts nothing, or could never be asked', () => {
    const ok = 'assert: [{ exit: 0 }]'
    expect(
      faults(
        '{ name: a, tcp: { host: x, port: 1 }, command: [x], assert: [{ connects: true }] }',
        '{ name: a, docker: { service: nope }, assert: [] }',
        `{ name: c, exec: { service: old, command: [x] }, ${ok} }`,
        `{ name: d, exec: { service: api, command: [x, "env:TOKEN"] }, ${ok} }`,
        `{ name: e, exec: { service: api, host: files, command: [x] }, ${ok} }`,
        '{ name: f, log: { container: x }, assert: [{ lines: ok }] }',
        '{ name: g, http: { url: "http://x" }, assert: [{ json: "$.a[", exists: true }, { body: { matches: "(" } }], extract: { b: b } }',
        '{ name: h, http: { url: "http://x" }, assert: [{ json: $.a, equals: "{nobody}" }] }',
      ),
    ).toEqual([
      'checks[0].name: a asks several things',
      'checks[1].name: there are two checks named a',
      'checks[1].name: a asserts nothing',
      'checks[1].docker: there is no service nope',
      'checks[2].exec: old runs out of a release directory, in no container',
      'checks[3].exec: a secret would stand in its list of processes',
      'checks[4].exec: api is not on files',
      'checks[5].log: x is on no Docker host',
      'checks[6].name: $.a[ is no JSONPath',
      'checks[6].name: b is no JSONPath',
      'checks[6].name: ( is no regular expression',
      'checks[7].name: {nobody} is used before a check extracts it',
    ])
  })

  test('as a flow uses what its own steps extract, in their order, and no other check does', () => {
    const logIn = '{ name: log in, http: { url: "http://x" }, assert: [{ status: 200 }], extract: { token: $.token } }'
    const mine = '{ name: mine, http: { url: "http://x/{token}" }, assert: [{ status: 200 }] }'
    expect(faults(`{ name: a, flow: [${logIn}, ${mine}] }`)).toEqual([])
    expect(faults(`{ name: a, flow: [${mine}, ${logIn}] }`, mine)).toEqual([
      'checks[0].flow[0].name: {token} is used before a check extracts it',
      'checks[1].name: {token} is used before a check extracts it',
    ])
    expect(faults(`{ name: a, flow: [${logIn}, ${mine}], command: [x], assert: [{ exit: 0 }] }`)).toEqual([
      'checks[0].command: a is a flow, and asks by its steps alone',
      'checks[0].assert: a is a flow, and asks by its steps alone',
    ])
  })

  test('that asserts what nobody knows is told so', () => {
    expect(faults('{ name: a, http: { url: "http://x" }, assert: [{ statu: 200 }] }')).toEqual([
      'checks[0].assert[0]: has none of the shapes known here',
    ])
  })
})
