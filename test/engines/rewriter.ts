import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Stands before an Engine and changes what it says of itself, as an older one would say it, or one whose clock is wrong. */
export async function openRewriter(engineSocket: string, changes: Readonly<Record<string, (value: string) => string>>) {
  const directory = mkdtempSync(join(tmpdir(), 'astern-rewriter-'))
  const socket = join(directory, 'docker.sock')
  const changed = (text: string): string =>
    Object.entries(changes).reduce(
      (all, [key, change]) =>
        all.replaceAll(new RegExp(`"${key}":"([^"]*)"`, 'g'), (_, value: string) => `"${key}":"${change(value)}"`),
      text,
    )
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming
    const onward = request({ socketPath: engineSocket, method, path, headers }, async answer => {
      const chunks: Buffer[] = []
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
      const { 'content-length': _, 'transfer-encoding': __, ...kept } = answer.headers
      const version = kept['api-version']
      const api = changes['ApiVersion']
      if (typeof version === 'string' && api !== undefined) kept['api-version'] = api(version)
      outgoing.writeHead(answer.statusCode ?? 502, kept)
      outgoing.end(changed(Buffer.concat(chunks).toString('latin1')), 'latin1')
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    socket,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
