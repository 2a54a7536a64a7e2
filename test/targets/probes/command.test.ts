import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { probe } from '../../../src/targets/probes/probe.ts'
import { isThere, until } from '../../contract/services-shop.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'astern-command-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const longMs = 60_000

function look(script: string, timeoutMs = longMs) {
  return probe({ kind: 'command', argv: ['sh', '-c', script, '{host}', directory] }, { address: 'web-1', timeoutMs })
}

test('a command is healthy when it ends with 0', async () => {
  expect(await look('test "$0" = web-1')).toEqual({
    state: 'healthy',
    latencyMs: expect.any(Number),
    note: 'sh ends with 0',
  })
})

test('a command that ends otherwise says how, and what it said', async () => {
  expect(await look('echo no; echo "replica is behind" >&2; exit 4')).toMatchObject({
    state: 'unhealthy',
    note: 'sh ends with 4: replica is behind',
  })
  expect(await look('echo "all gone"; kill -9 $$')).toMatchObject({
    state: 'unhealthy',
    note: 'sh ends by SIGKILL: all gone',
  })
})

test('a command that is not there is not healthy, and is named', async () => {
  const health = await probe({ kind: 'command', argv: ['/no/such'] }, { address: 'web-1', timeoutMs: longMs })
  expect(health).toMatchObject({ state: 'unhealthy', note: expect.stringContaining('/no/such') })
})

test('a command reads nothing from the terminal', async () => {
  expect(await look('read line || exit 0; exit 1')).toMatchObject({ state: 'healthy' })
})

test('a command may say as much as it likes', async () => {
  expect(await look('head -c 5000000 /dev/zero | tr "\\0" x')).toMatchObject({ state: 'healthy' })
})

test('a command is killed at its deadline, together with what it started', async () => {
  const health = await look('sleep 1000 & echo $$ $! > "$1/pids"; wait', 6_000)
  expect(health).toEqual({ state: 'unhealthy', latencyMs: null, note: 'sh does not end in 6000 ms' })
  const pids = (await readFile(join(directory, 'pids'), 'utf8')).trim().split(' ').map(Number)
  expect(pids).toHaveLength(2)
  await until(() => !pids.some(isThere))
})

test('a command has ended when it has, even if something it started keeps its output open', async () => {
  const health = await look('setsid sleep 1000 & echo $! > "$1/pid"; exit 0')
  process.kill(Number(await readFile(join(directory, 'pid'), 'utf8')), 'SIGKILL')
  expect(health).toMatchObject({ state: 'healthy', note: 'sh ends with 0' })
})
