import { createServer } from 'node:http'

export type Received = { readonly id: string; readonly signature: string; readonly type: string; readonly body: string }
export type Receiver = {
  readonly url: string
  readonly requests: () => readonly Received[]
  /** What it answers from now on. */
  readonly answerWith: (status: number) => void
  readonly close: () => Promise<void>
}

/** Takes the shop's messages, and keeps a list of every request, so that one sent twice shows. */
export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let status = 204
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    received.push({
      id: String(request.headers['webhook-id']),
      signature: String(request.headers['webhook-signature']),
      type: typeOf(body),
      body,
    })
    response.writeHead(status, { connection: 'close' })
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/hook`,
    requests: () => received,
    answerWith: next => {
      status = next
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

function typeOf(body: string): string {
  try {
    return String((JSON.parse(body) as { type?: unknown }).type)
  } catch {
    return 'not JSON'
  }
}
