import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { followProgress } from '../../../src/targets/services/docker/progress.ts'

describe('the account of a pull', () => {
  test('is kept as the turns of its layers, stripped, and its error is told', async () => {
    const said: string[] = []
    const chunks = [
      '{"status":"Downloading","progress":"[=>  ]","id":"aa"}\r\n{"status":"Downl',
      'oading","progress":"[==> ]","id":"aa"}\r\n{"status":"Pull \\u001b[31mcomplete","id":"aa"}\r\nno json\r\n',
      '{"errorDetail":{"message":"unknown blob"},"error":"unknown blob"}',
    ]
    expect(await followProgress(Readable.from(chunks), line => said.push(line))).toBe('unknown blob')
    expect(said).toEqual(['aa: Downloading', 'aa: Pull complete', 'unknown blob'])
  })

  test('that stops coming is given up, and its connection with it', async () => {
    const server = createServer((_, answer) => answer.write('{"status":"Downloading","id":"aa"}\n')).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const gone = once(server, 'connection').then(([socket]) => once(socket as NodeJS.EventEmitter, 'close'))
    const asked = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const said: string[] = []
    expect(await followProgress(answer, line => said.push(line), 200)).toContain('the Engine said nothing more')
    expect(said).toEqual(['aa: Downloading'])
    await gone
    server.close()
  })
})
