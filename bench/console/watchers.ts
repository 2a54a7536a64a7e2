import { createReadStream, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import type { FromEngine, ToEngine } from '../../src/state/wire.ts'

/** Bare clients: each proves who it is, then reads the whole journal and the socket; some stop reading once they are in. */
const [directory = '', all = '', deaf = ''] = process.argv.slice(2)
await Promise.all(Array.from({ length: Number(all) }, (_, at) => watch(at, at >= Number(deaf))))
process.stdout.write('in\n')

async function watch(at: number, reads: boolean): Promise<void> {
  const socket = createConnection(readFileSync(join(directory, 'socket'), 'utf8'))
  const say = (frame: ToEngine): void => void socket.write(`${JSON.stringify(frame)}\n`)
  const welcome = Promise.withResolvers<void>()
  socket.on('error', welcome.reject)
  socket.setEncoding('utf8')
  say({ kind: 'hello', console: `watcher ${at}`, from: 'bench', wants: 'watch' })
  socket.on('data', (chunk: string) => {
    for (const line of chunk.split('\n')) {
      const frame = line.includes('"challenge"') || line.includes('"welcome"') ? (JSON.parse(line) as FromEngine) : null
      if (frame?.kind === 'challenge')
        void writeFile(frame.file, '', { flag: 'wx', mode: 0o600 }).then(() => say({ kind: 'proof' }))
      if (frame?.kind === 'welcome') welcome.resolve()
    }
  })
  await welcome.promise
  if (reads) createReadStream(join(directory, 'journal.jsonl')).resume()
  else socket.pause()
}
