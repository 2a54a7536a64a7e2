import { createServer, type IncomingMessage } from 'node:http'

export type Heard = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Null where the body is no JSON. */
  readonly json: unknown
  readonly bytes: number
}

/** `hang`: reads all and never answers. `cut`: reads all and closes the connection. */
export type Answer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'cut'

export type Service = {
  readonly url: string
  readonly heard: () => readonly Heard[]
  /** What the next request that writes is answered, in the place of what the service itself would say. */
  readonly nextWrite: (answer: Answer) => void
  readonly close: () => Promise<void>
}

/** Stands in for a service: what it is asked it keeps, and answers as `answer`, which knows its rules. */
export async function openService(answer: (heard: Heard) => Answer): Promise<Service> {
  const heard: Heard[] = []
  const answers: Answer[] = []
  const server = createServer(async (request, response) => {
    const one = await read(request)
    heard.push(one)
    const said = (one.method === 'GET' ? undefined : answers.shift()) ?? answer(one)
    if (said === 'cut') request.socket.destroy()
    if (said === 'cut' || said === 'hang') return
    const body = typeof said.body === 'string' ? said.body : JSON.stringify(said.body ?? {})
    response.writeHead(said.status, { connection: 'close', ...said.headers })
    response.end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    heard: () => heard,
    nextWrite: answer => answers.push(answer),
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

async function read(request: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  return { method: request.method ?? '', path: request.url ?? '', headers, json: parsed(body), bytes: body.length }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    return null
  }
}
