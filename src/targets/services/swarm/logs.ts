import { oneLine, plain } from '../../../state/text.ts'
import type { Engine } from '../docker/engine.ts'
import { demultiplexed } from '../docker/logs.ts'
import { errorLines } from '../error-lines.ts'

const lookedAt = 400

/** The last lines of all its tasks' logs that read like errors. Logs that cannot be read give none. */
export async function errorsOf(engine: Engine, service: string, lines: number): Promise<readonly string[]> {
  const answer = await engine.call('read its logs', async docker =>
    bytesOf(await docker.getService(service).logs(tailOf(lookedAt))),
  )
  return answer.ok ? errorLines(answer.value, lines) : []
}

/** The last words a task wrote, on one line; empty: none, or its node does not tell them. */
export async function lastWordsOf(engine: Engine, task: string): Promise<string> {
  const answer = await engine.call(
    'read its log',
    async docker => bytesOf(await (docker.getTask(task) as unknown as Logged).logs(tailOf(4))),
    5000,
  )
  return answer.ok ? oneLine(plain(answer.value).trim().split('\n').join(' | '), 400) : ''
}

/** What all tasks of a service wrote, the last lines of it where it is long. Nodes may tell it a moment late. */
export async function outputOf(engine: Engine, service: string): Promise<string> {
  const answer = await engine.call('read its output', async docker =>
    bytesOf(await docker.getService(service).logs(tailOf(2000))),
  )
  return answer.ok ? answer.value : ''
}

/** The types know a service's logs, and not a task's. */
type Logged = { readonly logs: (options: ReturnType<typeof tailOf>) => Promise<unknown> }

function tailOf(tail: number) {
  return { stdout: true, stderr: true, follow: false, tail } as const
}

async function bytesOf(answer: unknown): Promise<string> {
  if (Buffer.isBuffer(answer)) return demultiplexed(answer)
  if (typeof answer === 'string') return answer
  const chunks: Buffer[] = []
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
  return demultiplexed(Buffer.concat(chunks))
}
