import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'

const connect = resolve(import.meta.dirname, '../../src/client/connect.ts')

/** Leaves while it still reads where its engine listens, and ends once nothing keeps it. */
const leaving = `
const { connectRun } = await import(${JSON.stringify(connect)})
const leaving = new AbortController()
const nothing = () => undefined
connectRun({ directory: process.argv[1], console: 'mine', from: 'test', wants: 'watch', onFrame: nothing, onGone: nothing, signal: leaving.signal })
leaving.abort()
`

test('a console that is left before it was connected ends: no connection is left behind, which would keep it for ever', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'astern-connect-'))
  const path = join(directory, 'run.sock')
  const server = createServer().listen(path)
  await once(server, 'listening')
  // Read only once something is written into it.
  execFileSync('mkfifo', [join(directory, 'socket')])
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', leaving, directory]
  const console = execa(process.execPath, args)
  onTestFinished(() => {
    console.kill('SIGKILL')
    server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const [{ exitCode, stderr }] = await Promise.all([console, writeFile(join(directory, 'socket'), path)])
  expect([exitCode, stderr]).toEqual([0, ''])
})
