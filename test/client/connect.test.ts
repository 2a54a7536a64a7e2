import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { connectRun } from '../../src/client/connect.ts'

const directory = mkdtempSync(join(tmpdir(), 'astern-connect-'))
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('a console that is left before it was connected leaves no connection behind, which would keep it for ever', async () => {
  const path = join(directory, 'run.sock')
  const server = createServer()
  await new Promise<void>(done => server.listen(path, done))
  // Read only once something is written into it.
  execFileSync('mkfifo', [join(directory, 'socket')])
  const leaving = new AbortController()
  connectRun({
    directory,
    console: 'mine',
    from: 'test',
    wants: 'watch',
    onFrame: () => undefined,
    onGone: () => undefined,
    signal: leaving.signal,
  })
  leaving.abort()
  await writeFile(join(directory, 'socket'), path)
  for (let turn = 0; turn < 50; turn += 1) await setImmediate()
  expect(await promisify(server.getConnections.bind(server))()).toBe(0)
  server.close()
})
