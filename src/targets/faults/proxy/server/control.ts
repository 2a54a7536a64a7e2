import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isFault } from '../../../../state/drill/command.ts'
import { routeTo, type ProxyFault, type ProxyState } from '../../../../state/drill/proxy.ts'
import { faultsPath, pathOf, saysDrill } from '../protocol.ts'
import type { Board } from './faults.ts'

type Answer = { readonly status: number; readonly body: unknown }

const bodyBytes = 64 * 1024

/** Where a proxy is told what to do, and tells what it does. */
export function openControl(board: Board, routes: ProxyState['routes']): Server {
  return createServer((asked, answer) => {
    answerTo(asked, board, routes).then(
      said => reply(answer, said),
      () => reply(answer, { status: 400, body: { why: 'it is not what a drill asks' } }),
    )
  })
}

async function answerTo(asked: IncomingMessage, board: Board, routes: ProxyState['routes']): Promise<Answer> {
  const { method, url = '', headers } = asked
  if (headers[saysDrill] === undefined) return { status: 403, body: { why: `it does not say ${saysDrill}` } }
  if (method === 'GET' && url === faultsPath) return { status: 200, body: { routes, faults: board.all() } }
  const [, place, run = '', inject = ''] = url.split('/').map(decodeURIComponent)
  if (`/${place}` !== faultsPath || inject === '') return { status: 404, body: { why: `there is no ${url}` } }
  if (method === 'DELETE') {
    board.remove(run, inject)
    return { status: 200, body: {} }
  }
  if (method !== 'PUT') return { status: 405, body: { why: 'PUT, DELETE or GET' } }
  const fault = await readFault(asked)
  if (fault === null || pathOf(fault.run, fault.injected.inject) !== url)
    return { status: 400, body: { why: 'it is not what a drill asks' } }
  const route = routeTo(fault.injected.target)
  if (route === null || routes[route] === undefined) return { status: 404, body: { why: `there is no ${route}` } }
  return { status: 200, body: board.put(fault) }
}

async function readFault(asked: IncomingMessage): Promise<Omit<ProxyFault, 'expiresAt'> | null> {
  let text = ''
  for await (const chunk of asked.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk
    if (text.length > bodyBytes) return null
  }
  const { run, environment, injected } = JSON.parse(text) as Partial<ProxyFault>
  const whole =
    typeof run === 'string' &&
    typeof environment === 'string' &&
    injected !== undefined &&
    isFault(injected) &&
    Number.isSafeInteger(injected.expiresMs) &&
    injected.expiresMs > 0
  return whole ? { run, environment, injected } : null
}

function reply(answer: ServerResponse, { status, body }: Answer): void {
  answer.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body))
}
