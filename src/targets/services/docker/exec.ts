import { oneLine } from '../../../state/text.ts'
import type { Health } from '../port.ts'
import type { Answer, Engine } from './engine.ts'
import { demultiplexed } from './logs.ts'

/** What the Engine itself may take, besides what runs. */
const engineMs = 5000

/** What a command may say at most; the rest is not kept. */
const bytesKept = 256 * 1024

export type Ran = { readonly code: number | null; readonly words: string; readonly cut: boolean }

/** Runs an argument list inside a container that runs. Healthy: it ends with 0 in time. What hangs there is left running. */
export async function runInside(
  engine: Engine,
  id: string,
  argv: readonly string[],
  timeoutMs: number,
): Promise<Health> {
  const began = performance.now()
  const [file = ''] = argv
  const ran = await execIn(engine, id, argv, timeoutMs)
  if (!ran.ok) return { state: 'unknown', latencyMs: null, note: ran.fault.what }
  if (ran.value === null)
    return { state: 'unhealthy', latencyMs: null, note: `${file} does not end in ${timeoutMs} ms` }
  const { code, words } = ran.value
  const latencyMs = Math.round(performance.now() - began)
  if (code === 0) return { state: 'healthy', latencyMs, note: `${file} ends with 0` }
  const missing = code === 126 || code === 127 ? ` (its image may have no ${file})` : ''
  return { state: 'unhealthy', latencyMs, note: `${file} ends with ${code}${missing}: ${oneLine(words, 80)}` }
}

/** Null: it does not end in time. */
export async function execIn(
  engine: Engine,
  id: string,
  argv: readonly string[],
  timeoutMs: number,
): Promise<Answer<Ran | null>> {
  return engine.call(
    `run ${argv[0]} inside a container`,
    async (docker, abortSignal) => {
      const exec = await docker
        .getContainer(id)
        .exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true, abortSignal })
      const stream = await exec.start({ Detach: false, Tty: false, abortSignal })
      const late = new Error('it does not end')
      const timer = setTimeout(() => stream.destroy(late), timeoutMs)
      try {
        const { bytes, cut } = await readUpTo(stream, bytesKept)
        return { words: demultiplexed(bytes), cut, code: (await exec.inspect({ abortSignal })).ExitCode }
      } catch (error) {
        // What was cut off by this deadline runs on, so that the Engine has no exit code of it.
        if (error === late) return null
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
    timeoutMs + engineMs,
  )
}

/** To the end, since only then is there an exit code; what is more than `kept` is let go. */
async function readUpTo(stream: AsyncIterable<unknown>, kept: number): Promise<{ bytes: Buffer; cut: boolean }> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size < kept) chunks.push(chunk)
    size += chunk.length
  }
  return { bytes: Buffer.concat(chunks), cut: size > kept }
}
