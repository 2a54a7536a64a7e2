// What the shop's services share: a small HTTP server that says who it is, is healthy when told so, and stops when asked.
import { appendFileSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'

export const release = JSON.parse(readFileSync(new URL('./release.json', import.meta.url), 'utf8'))

/** `routes`: "GET /path" -> (request) => {status, body}. `healthy` rejects while the service cannot do its work. */
export function serve(routes, healthy = async () => undefined) {
  appendFileSync(
    process.env.STARTS_LOG ?? new URL('../../shared/starts.log', import.meta.url),
    `${new Date().toISOString()} ${release.version} ${process.pid}\n`,
  )
  const own = {
    'GET /healthz': async () => {
      await healthy()
      return { status: 200, body: { ok: true } }
    },
    'GET /version': () => ({ status: 200, body: { version: process.env.SAYS_VERSION ?? release.version } }),
  }
  const server = createServer(async (request, response) => {
    const answer = await handle({ ...own, ...routes }, request)
    response.writeHead(answer.status, { 'content-type': 'application/json', connection: 'close' })
    response.end(JSON.stringify(answer.body))
  })
  server.listen(Number(process.env.PORT), '127.0.0.1')
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}

async function handle(routes, request) {
  const { pathname } = new URL(request.url, 'http://shop')
  const [, first = '', id = ''] = pathname.split('/')
  const route = routes[`${request.method} ${pathname}`] ?? routes[`${request.method} /${first}/:id`]
  if (route === undefined) return { status: 404, body: { error: 'no such page' } }
  try {
    return await route({ id, token: request.headers.authorization ?? '', body: await readBody(request) })
  } catch (error) {
    console.error(`error: ${request.method} ${pathname}: ${error.message}`)
    return { status: error.status ?? 500, body: { error: error.message } }
  }
}

async function readBody(request) {
  let text = ''
  for await (const chunk of request) text += chunk
  return text === '' ? {} : JSON.parse(text)
}

/** Another service, asked with a deadline. */
export async function ask(port, method, path, { body, token } = {}) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      connection: 'close',
      ...(token ? { authorization: token } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    signal: AbortSignal.timeout(3000),
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, body: await response.json() }
}
