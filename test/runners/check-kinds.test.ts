import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:http'
import { createServer as createRaw, type Server } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { createServer as createSecure } from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Question } from '../../src/state/check.ts'
import { isThere, until } from '../contract/services-shop.ts'
import { makeCertificates, type Certificates } from '../engines/tls.ts'
import { get, listening, said } from './suite.ts'

const open: (() => unknown)[] = []
/** Long enough for a loaded machine to answer in, short enough to be waited for. */
const shortMs = 1500

async function serve(server: Server): Promise<number> {
  open.push(() => server.close())
  return listening(server)
}

async function closedPort(): Promise<number> {
  const server = createRaw()
  const port = await listening(server)
  await new Promise(done => server.close(done))
  return port
}

let certificates: Certificates
let tls: { readonly key: Buffer; readonly cert: Buffer }
let ca = ''
let silent = 0
beforeAll(async () => {
  certificates = makeCertificates()
  certificates.flags('127.0.0.1')
  const { key, cert } = certificates.server
  ca = certificates.server.ca
  tls = { key: readFileSync(key), cert: readFileSync(cert) }
  const held = createRaw(socket => void open.push(() => socket.destroy()))
  silent = await serve(held)
})
afterAll(() => {
  for (const close of open) close()
  certificates.remove()
})

describe('http', () => {
  let base = ''
  let secure = ''
  const seen: (readonly [string, string | undefined])[] = []
  beforeAll(async () => {
    const server = createServer((request, response) => {
      const { url = '', headers } = request
      seen.push([url, headers.authorization])
      if (url === '/hang') return
      if (url === '/old') return void response.writeHead(302, { location: '/new' }).end()
      if (url === '/round') return void response.writeHead(302, { location: '/round' }).end()
      if (url === '/away') return void response.writeHead(302, { location: `${secure}/far` }).end()
      if (url === '/keep') return void response.writeHead(307, { location: `${secure}/far` }).end()
      response.writeHead(200, { 'content-type': 'application/json', etag: '"v1"' })
      response.end(JSON.stringify({ user: { name: 'probe' }, at: url }))
    })
    open.push(() => server.closeAllConnections())
    base = `http://127.0.0.1:${await serve(server)}`
    const other = createSecure(tls, (request, response) => {
      seen.push([request.url ?? '', request.headers.authorization])
      response.end('far')
    })
    open.push(() => other.closeAllConnections())
    secure = `https://127.0.0.1:${await serve(other)}`
  })

  test('passes and fails by status, header, body, JSONPath and latency', async () => {
    const all = [
      { kind: 'status', equals: 200 },
      { kind: 'header', name: 'etag', equals: '"v1"' },
      { kind: 'body', contains: 'probe' },
      { kind: 'json', path: '$.user.name', equals: 'probe' },
      { kind: 'latency', underMs: 60_000 },
    ] as const
    expect(await said(get(base), all)).toMatch(
      /^pass: status 200, header etag "v1", body contains "probe", \$.user.name probe, \d+ ms$/,
    )
    expect(await said(get(base), [{ kind: 'header', name: 'etag', equals: '"v2"' }])).toBe(
      'fail: expected header etag "v2", got "v1"',
    )
    expect(await said(get(base), [{ kind: 'json', path: '$.user.id', equals: 1 }])).toBe(
      'inconclusive: there is no $.user.id to compare',
    )
  })

  test('that hangs fails at its deadline, and one that nobody serves at once', async () => {
    const status = [{ kind: 'status', equals: 200 }] as const
    expect(await said(get(`${base}/hang`), status, { timeoutMs: shortMs })).toBe(
      `fail: ${base}/hang does not answer: no answer in time (${shortMs} ms)`,
    )
    const closed = `http://127.0.0.1:${await closedPort()}/`
    expect(await said(get(closed), status)).toBe(`fail: ${closed} does not answer: nobody listens there`)
  })

  test('follows as many redirects as it is told, and says where it came', async () => {
    expect(await said(get(`${base}/old`), [{ kind: 'status', equals: 302 }])).toBe('pass: status 302')
    const followed = [
      { kind: 'status', equals: 200 },
      { kind: 'redirects', equals: 1 },
      { kind: 'url', equals: `${base}/new` },
    ] as const
    expect(await said(get(`${base}/old`, { follow: 3 }), followed)).toBe(
      `pass: status 200, redirects 1, url ${base}/new`,
    )
    expect(await said(get(`${base}/round`, { follow: 3 }), followed)).toBe('fail: expected status 200, got 302')
  })

  test('takes what was declared for one origin, headers and body, to no other', async () => {
    const headers = { authorization: 'env:PASSWORD' }
    const asked = get(`${base}/away`, { follow: 1, headers, ca })
    expect(await said(asked, [{ kind: 'body', equals: 'far' }])).toBe('pass: body far')
    expect(seen.slice(-2)).toEqual([
      ['/away', 'hunter2-hunter2'],
      ['/far', undefined],
    ])
    const body = get(`${base}/keep`, { follow: 1, method: 'POST', json: { password: 'env:PASSWORD' }, ca })
    expect(await said(body, [{ kind: 'status', equals: 200 }])).toBe(
      `fail: It is sent on to ${secure} with its body, which is not followed`,
    )
    expect(seen.at(-1)?.[0]).toBe('/keep')
  })

  test('judges the certificate, by the authority that is declared, and tells how long it is good for', async () => {
    const days = [{ kind: 'certificate days', atLeast: 1 }] as const
    expect(await said(get(secure), days)).toBe(
      `fail: ${secure}/ does not answer: its certificate is signed by nobody known here`,
    )
    expect(await said(get(secure, { ca }), days)).toBe('pass: certificate days 1')
    expect(await said(get(secure, { unverified: true }), days)).toBe('pass: certificate days 1')
    expect(await said(get(secure, { ca }), [{ kind: 'certificate days', atLeast: 30, soft: true }])).toBe(
      'degraded: expected certificate days of at least 30, got 1',
    )
    expect(await said(get(secure, { ca: '/no/such/file' }), days)).toBe(
      `fail: ${secure}/ cannot be asked: /no/such/file cannot be read`,
    )
    expect(await said(get(base), days)).toBe('inconclusive: there is no certificate days to compare')
  })
})

describe('tcp', () => {
  const connects = [{ kind: 'connects', equals: true }] as const
  test('passes where a connection is accepted, or is not where none should be', async () => {
    const closed = await closedPort()
    expect(await said({ kind: 'tcp', host: '127.0.0.1', port: silent }, connects)).toBe('pass: it connects')
    expect(await said({ kind: 'tcp', host: '127.0.0.1', port: closed }, connects)).toBe(
      `fail: expected a connection: 127.0.0.1:${closed}: nobody listens there`,
    )
    const none = [{ kind: 'connects', equals: false }] as const
    expect(await said({ kind: 'tcp', host: '127.0.0.1', port: closed }, none)).toBe(
      `pass: it does not connect: 127.0.0.1:${closed}: nobody listens there`,
    )
    expect(await said({ kind: 'tcp', host: '127.0.0.1', port: silent }, none)).toBe(
      'fail: expected no connection, it connects',
    )
  })

  test('shows nothing, whatever was expected, where the name is not known', async () => {
    const asked: Question = { kind: 'tcp', host: 'no-such-host.invalid', port: 80 }
    for (const equals of [true, false])
      expect(await said(asked, [{ kind: 'connects', equals }])).toMatch(/^inconclusive: no-such-host.invalid:80: /)
  })
})

describe('tls', () => {
  const connects = [{ kind: 'connects', equals: true }] as const
  let port = 0
  let expired = 0
  beforeAll(async () => {
    port = await serve(createTls(tls, socket => socket.on('error', () => {}).end()).on('tlsClientError', () => {}))
    const { cert, key } = certificates.expired
    const old = { cert: readFileSync(cert), key: readFileSync(key) }
    expired = await serve(createTls(old, socket => socket.on('error', () => {}).end()).on('tlsClientError', () => {}))
  })

  test('passes by its handshake, its protocol and the days of its certificate', async () => {
    const asked: Question = { kind: 'tls', host: '127.0.0.1', port, ca }
    expect(
      await said(asked, [
        ...connects,
        { kind: 'protocol', equals: 'TLSv1.3' },
        { kind: 'certificate days', atLeast: 1 },
      ]),
    ).toBe('pass: it connects, protocol TLSv1.3, certificate days 1')
    expect(await said(asked, [{ kind: 'certificate days', atLeast: 14 }])).toBe(
      'fail: expected certificate days of at least 14, got 1',
    )
  })

  test('fails where the certificate is over, for another name, or signed by nobody known', async () => {
    expect(await said({ kind: 'tls', host: '127.0.0.1', port: expired, ca }, connects)).toBe(
      `fail: expected a connection: 127.0.0.1:${expired}: its certificate has expired`,
    )
    expect(await said({ kind: 'tls', host: '127.0.0.1', port, name: 'shop.example', ca }, connects)).toBe(
      `fail: expected a connection: 127.0.0.1:${port}: its certificate is for another name`,
    )
    expect(await said({ kind: 'tls', host: '127.0.0.1', port }, connects)).toBe(
      `fail: expected a connection: 127.0.0.1:${port}: its certificate is signed by nobody known here`,
    )
  })

  test('fails at its deadline where a port accepts and then says nothing', async () => {
    expect(await said({ kind: 'tls', host: '127.0.0.1', port: silent, ca }, connects, { timeoutMs: shortMs })).toBe(
      `fail: expected a connection: 127.0.0.1:${silent}: no answer in ${shortMs} ms`,
    )
  })

  test('shows nothing where its authority cannot be read', async () => {
    expect(await said({ kind: 'tls', host: '127.0.0.1', port, ca: '/no/such/file' }, connects)).toMatch(
      /^inconclusive: it could not be asked: .*ENOENT/,
    )
  })
})

describe('a command', () => {
  const run = (script: string): Question => ({ kind: 'command', argv: [process.execPath, '-e', script] })
  const ends = [{ kind: 'exit', equals: 0 }] as const

  test('passes and fails by how it ends and what it says', async () => {
    const says = [...ends, { kind: 'json', path: '$.queue', atMost: 10 }] as const
    expect(await said(run('console.log(JSON.stringify({ queue: 3 }))'), says)).toBe('pass: exit 0, $.queue 3')
    expect(await said(run('process.exit(3)'), ends)).toBe('fail: expected exit 0, got 3')
    expect(await said(run('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'), ends)).toBe(
      `fail: ${process.execPath} ends by SIGTERM`,
    )
  })

  test('is killed at its deadline with what it started, and shows nothing where it cannot be run', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'astern-command-'))
    open.push(() => rmSync(directory, { recursive: true, force: true }))
    const file = join(directory, 'pid')
    const child = `require('fs').writeFileSync('${file}', String(process.pid)); setInterval(() => {}, 1000)`
    const spawns = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' })`
    expect(await said(run(spawns), ends, { timeoutMs: 3000 })).toBe(`fail: ${process.execPath} did not end in 3000 ms`)
    const pid = Number(readFileSync(file, 'utf8'))
    await until(() => !isThere(pid))
    expect(await said({ kind: 'command', argv: ['no-such-program'] }, ends)).toMatch(
      /^inconclusive: no-such-program could not be run: /,
    )
  })
})

describe('dns', () => {
  let server: Datagrams
  let at = ''
  beforeAll(async () => {
    server = nameServer({ 'web.shop.example': [10, 0, 0, 7] })
    await new Promise<void>(done => server.bind(0, '127.0.0.1', done))
    at = `127.0.0.1:${server.address().port}`
    open.push(() => server.close())
  })
  const question = (name: string): Question => ({ kind: 'dns', name, type: 'A', server: at })

  test('passes and fails by its answers, and by there being none', async () => {
    expect(await said(question('web.shop.example'), [{ kind: 'answers', contains: '10.0.0.7' }])).toBe(
      'pass: answers contains "10.0.0.7"',
    )
    expect(await said(question('web.shop.example'), [{ kind: 'answers', equals: ['10.0.0.8'] }])).toBe(
      'fail: expected answers ["10.0.0.8"], got ["10.0.0.7"]',
    )
    expect(await said(question('old.shop.example'), [{ kind: 'rcode', equals: 'NXDOMAIN' }])).toBe(
      'pass: rcode NXDOMAIN',
    )
    expect(await said(question('old.shop.example'), [{ kind: 'answers', contains: '10.0.0.7' }])).toBe(
      'fail: expected answers with "10.0.0.7", got "[]"',
    )
  })

  test('fails at its deadline where the name server says nothing', async () => {
    expect(
      await said(question('hang.shop.example'), [{ kind: 'rcode', equals: 'NOERROR' }], { timeoutMs: shortMs }),
    ).toBe(`fail: hang.shop.example: ${at} does not answer in time`)
  })
})

/** Answers A questions of the names it knows, NXDOMAIN for others, and nothing for those that begin with hang. */
function nameServer(names: Readonly<Record<string, readonly number[]>>): Datagrams {
  const server = createSocket('udp4')
  server.on('message', (message, { port, address }) => {
    const labels: string[] = []
    let end = 12
    for (let length = message[end] ?? 0; length > 0; length = message[end] ?? 0) {
      labels.push(message.subarray(end + 1, end + 1 + length).toString())
      end += 1 + length
    }
    const name = labels.join('.').toLowerCase()
    if (name.startsWith('hang')) return
    const found = names[name]
    const head = Buffer.from([
      0,
      0,
      0x81,
      found === undefined ? 0x83 : 0x80,
      0,
      1,
      0,
      found === undefined ? 0 : 1,
      0,
      0,
      0,
      0,
    ])
    message.copy(head, 0, 0, 2)
    const record = found === undefined ? [] : [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...found]
    server.send(Buffer.concat([head, message.subarray(12, end + 5), Buffer.from(record)]), port, address)
  })
  return server
}
