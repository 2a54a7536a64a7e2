import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createRawServer, type Server as RawServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { httpRequest } from '../../../src/targets/probes/http.ts'
import { probe } from '../../../src/targets/probes/probe.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

const longMs = 60_000
/** Long enough for a loaded machine to connect in, short enough to be waited for. */
const shortMs = 1_500

async function portOf(server: Server | RawServer): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  open.push(() => (server.closeAllConnections(), server.close()))
  return portOf(server)
}

/** A server that speaks whatever it is given. */
async function speak(talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createRawServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    talk(socket)
  })
  open.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return portOf(server)
}

async function closedPort(): Promise<number> {
  const server = createRawServer()
  const port = await portOf(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

describe('a request', () => {
  test('sends method, headers and body, and gives status, headers, text and latency back', async () => {
    const port = await serve((asked, answer) => {
      const chunks: Buffer[] = []
      asked.on('data', (chunk: Buffer) => chunks.push(chunk))
      asked.on('end', () => {
        const { method, headers } = asked
        answer.writeHead(201, { 'x-kind': ['a', 'b'] })
        answer.end([method, headers['x-probe'], headers['content-length'], Buffer.concat(chunks)].join(' '))
      })
    })
    const url = `http://127.0.0.1:${port}/orders`
    const headers = { 'x-probe': 'yes' }
    expect(await httpRequest({ url, method: 'POST', headers, body: 'grün', timeoutMs: longMs })).toEqual({
      ok: true,
      value: {
        status: 201,
        headers: expect.objectContaining({ 'x-kind': 'a, b' }),
        setCookies: [],
        certificate: null,
        text: 'POST yes 5 grün',
        cut: false,
        latencyMs: expect.any(Number),
      },
    })
  })

  test('follows no redirect', async () => {
    let asked = 0
    const port = await serve((_asked, answer) => {
      asked += 1
      answer.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect(await httpRequest({ url: `http://127.0.0.1:${port}/`, timeoutMs: longMs })).toMatchObject({
      value: { status: 302, headers: { location: '/elsewhere' } },
    })
    expect(asked).toBe(1)
  })

  test('reads no more than it was told to, of an answer without an end', async () => {
    const port = await serve((_asked, answer) => {
      const more = (): void => {
        while (!answer.destroyed && answer.write('x'.repeat(1000)));
      }
      answer.on('drain', more)
      more()
    })
    const answer = await httpRequest({ url: `http://127.0.0.1:${port}/`, timeoutMs: longMs, maxBytes: 2500 })
    expect(answer.ok && answer.value.text).toBe('x'.repeat(2500))
  })

  test('keeps its secrets out of its fault', async () => {
    const port = await closedPort()
    const url = `http://ana:secret@127.0.0.1:${port}/hook?token=secret`
    expect(await httpRequest({ url, timeoutMs: longMs })).toEqual({
      ok: false,
      fault: {
        code: 'http.unreachable',
        what: `http://127.0.0.1:${port}/hook does not answer: nobody listens there`,
        means: 'What it would have said is not known.',
        next: 'Look whether it runs and can be reached from here.',
      },
    })
  })

  test.each<[string, (socket: Socket) => void]>([
    ['that says nothing', () => {}],
    [
      'that stops in the middle of its answer',
      socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal'),
    ],
    ['that goes on for ever', socket => void trickle(socket)],
  ])('is over by its deadline with a server %s', async (_name, talk) => {
    const port = await speak(talk)
    const url = `http://127.0.0.1:${port}/`
    expect(await httpRequest({ url, timeoutMs: shortMs })).toMatchObject({
      ok: false,
      fault: { code: 'http.timeout', what: `${url} does not answer: no answer in time (${shortMs} ms)` },
    })
  })

  test.each<[string, (socket: Socket) => void, string]>([
    ['hangs up', socket => socket.destroy(), 'the connection was cut'],
    [
      'hangs up half-way',
      socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal'),
      'the connection was cut',
    ],
    ['speaks something else', socket => socket.end('220 mail ready\r\n'), 'it does not speak HTTP'],
  ])('says what is wrong with a server that %s', async (_name, talk, why) => {
    const url = `http://127.0.0.1:${await speak(talk)}/`
    expect(await httpRequest({ url, timeoutMs: longMs })).toMatchObject({
      fault: { code: 'http.unreachable', what: `${url} does not answer: ${why}` },
    })
  })

  test('that cannot be sent is a fault of its own', async () => {
    const port = await closedPort()
    const faults = []
    for (const request of [
      { url: 'not an address' },
      { url: 'ftp://127.0.0.1/' },
      { url: `http://127.0.0.1:${port}/`, method: 'NO METHOD' },
      { url: `http://127.0.0.1:${port}/`, headers: { 'x-y': 'two\nlines' } },
    ]) {
      const answer = await httpRequest({ ...request, timeoutMs: longMs })
      faults.push(answer.ok ? 'ok' : `${answer.fault.code}: ${answer.fault.what}`)
    }
    expect(faults).toEqual([
      'http.invalid: the address cannot be asked: it is not an http address',
      'http.invalid: ftp://127.0.0.1/ cannot be asked: it is not an http address',
      `http.invalid: http://127.0.0.1:${port}/ cannot be asked: its method or the name of a header has a character that cannot be sent`,
      `http.invalid: http://127.0.0.1:${port}/ cannot be asked: a header has a character that cannot be sent`,
    ])
  })
})

async function trickle(socket: Socket): Promise<void> {
  socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
  const timer = setInterval(() => socket.write('1\r\nx\r\n'), 20)
  socket.on('close', () => clearInterval(timer))
}

describe('an http probe', () => {
  const look = (port: number, status = 200) =>
    probe({ kind: 'http', url: `http://{host}:${port}/healthz`, status }, { address: '127.0.0.1', timeoutMs: longMs })

  test('is healthy with the very status that was asked for', async () => {
    const port = await serve((_asked, answer) => answer.writeHead(204).end())
    expect(await look(port, 204)).toEqual({ state: 'healthy', latencyMs: expect.any(Number), note: 'answers 204' })
    expect(await look(port, 200)).toMatchObject({ state: 'unhealthy', note: 'answers 204, not 200' })
  })

  test('is not healthy with a login in front, and tells what was answered in plain characters', async () => {
    const port = await serve((_asked, answer) => answer.writeHead(401).end('\u001b[31mwho are you?\n'))
    expect(await look(port)).toEqual({
      state: 'unhealthy',
      latencyMs: expect.any(Number),
      note: 'answers 401, not 200: who are you?',
    })
  })

  test('is not healthy where nobody listens', async () => {
    const port = await closedPort()
    const note = `http://127.0.0.1:${port}/healthz does not answer: nobody listens there`
    expect(await look(port)).toEqual({ state: 'unhealthy', latencyMs: null, note })
  })
})

describe('a tcp probe', () => {
  const look = (port: number) =>
    probe({ kind: 'tcp', address: '{host}', port }, { address: '127.0.0.1', timeoutMs: longMs })

  test('is healthy where a connection is accepted, and not where it is refused', async () => {
    const port = await speak(() => {})
    expect(await look(port)).toEqual({
      state: 'healthy',
      latencyMs: expect.any(Number),
      note: `127.0.0.1:${port} accepts`,
    })
    const closed = await closedPort()
    expect(await look(closed)).toEqual({
      state: 'unhealthy',
      latencyMs: null,
      note: `127.0.0.1:${closed}: nobody listens there`,
    })
  })
})
