import { createServer, type IncomingMessage } from 'node:http'
import { chmodSync } from 'node:fs'
import { releaseNames } from '../releases.ts'
import { deploy, holds, withdraw } from './releases.ts'
import { bad, type Sandbox } from './state.ts'

export type Control = { readonly close: () => Promise<void> }

export type Asked = {
  readonly state: () => Promise<object>
  /** With the next drill that is played in it. */
  readonly endWithDrill: () => void
  readonly end: () => void
}

type Answer = {
  readonly status: number
  readonly body: object
  /** Once whoever asked has it. */
  readonly afterwards?: () => void
}

/** Where a sandbox is told what its team would do. One thing at a time; whoever may open the socket may do it. */
export async function openControl(sandbox: Sandbox, asked: Asked): Promise<Control> {
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work)
    queue = done.catch(() => undefined)
    return done
  }
  const server = createServer(async (request, response) => {
    const { status, body, afterwards } = await answer(sandbox, asked, inTurn, request).catch(
      (error: unknown): Answer => ({
        status: 500,
        body: { why: error instanceof Error ? error.message : String(error) },
      }),
    )
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
    response.end(JSON.stringify(body), afterwards)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(sandbox.socket, resolve))
  chmodSync(sandbox.socket, 0o600)
  return {
    close: async () => {
      await queue
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

async function answer(
  sandbox: Sandbox,
  asked: Asked,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  request: IncomingMessage,
): Promise<Answer> {
  const [, word = '', name = ''] = (request.url ?? '').split('/').map(decodeURIComponent)
  const ok = (body: object = {}): Answer => ({ status: 200, body })
  switch (`${request.method} ${word}`) {
    case 'GET state':
      return ok(await asked.state())
    case 'POST deploy':
      await inTurn(() => deploy(sandbox, known(name)))
      return ok()
    case 'POST withdraw':
      await inTurn(() => withdraw(sandbox, [known(name)]))
      return ok()
    case 'GET holds':
      return ok({ holds: await inTurn(() => holds(sandbox, known(name))) })
    case 'POST reset':
      await inTurn(async () => {
        sandbox.writeManifest()
        await withdraw(sandbox, await there(sandbox))
      })
      return ok()
    case 'POST end-with-drill':
      asked.endWithDrill()
      return ok()
    case 'POST end':
      return { ...ok(), afterwards: asked.end }
    default:
      return { status: 404, body: { why: `a sandbox knows no ${request.method} ${word}` } }
  }
}

async function there(sandbox: Sandbox): Promise<readonly string[]> {
  const found = []
  for (const release of bad) if (await holds(sandbox, release)) found.push(release)
  return found
}

function known(name: string): string {
  if (releaseNames.includes(name)) return name
  throw new Error(`the shop has no release ${name}; it has ${releaseNames.join(', ')}`)
}
