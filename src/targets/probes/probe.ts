import { connect } from 'node:net'
import { execa } from 'execa'
import type { Probe } from '../../state/manifest.ts'
import { oneLine } from '../../state/text.ts'
import type { Health } from '../services/port.ts'
import { httpRequest } from './http.ts'

export type ProbeMeans = { readonly address: string; readonly timeoutMs: number }

/** One look at one service's health. `{host}` is the host's address. */
export async function probeHealth(probe: Probe, means: ProbeMeans): Promise<Health> {
  switch (probe.kind) {
    case 'http':
      return httpHealth(probe.url.replaceAll('{host}', means.address), probe.status, means)
    case 'tcp':
      return tcpHealth(probe.address.replaceAll('{host}', means.address), probe.port, means)
    case 'command':
      return commandHealth(
        probe.argv.map(arg => arg.replaceAll('{host}', means.address)),
        means,
      )
  }
}

/** The very status that was asked for: a 401 is an answer and not health. */
async function httpHealth(url: string, status: number, { timeoutMs }: ProbeMeans): Promise<Health> {
  const answer = await httpRequest({ url, timeoutMs })
  if (!answer.ok) return { state: 'unhealthy', latencyMs: null, note: answer.fault.what }
  const { status: got, latencyMs, text } = answer.value
  if (got === status) return { state: 'healthy', latencyMs, note: `answers ${got}` }
  return { state: 'unhealthy', latencyMs, note: `answers ${got}, not ${status}: ${oneLine(text, 80)}` }
}

async function tcpHealth(host: string, port: number, { timeoutMs }: ProbeMeans): Promise<Health> {
  const began = performance.now()
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const socket = connect({ host, port })
  socket.setTimeout(timeoutMs, () => resolve(`no answer in ${timeoutMs} ms`))
  socket.on('connect', () => resolve(null))
  socket.on('error', error => resolve('code' in error ? String(error.code) : error.name))
  const problem = await promise.finally(() => socket.destroy())
  const latencyMs = Math.round(performance.now() - began)
  if (problem === null) return { state: 'healthy', latencyMs, note: `${host}:${port} accepts` }
  return { state: 'unhealthy', latencyMs: null, note: `${host}:${port}: ${problem}` }
}

async function commandHealth(argv: readonly string[], { timeoutMs }: ProbeMeans): Promise<Health> {
  const [file = '', ...args] = argv
  const { exitCode, timedOut, durationMs, stderr, stdout } = await execa(file, args, {
    stdin: 'ignore',
    timeout: timeoutMs,
    forceKillAfterDelay: 500,
    reject: false,
    maxBuffer: 64 * 1024,
  })
  const latencyMs = Math.round(durationMs)
  if (exitCode === 0) return { state: 'healthy', latencyMs, note: `${file} ends with 0` }
  const end = timedOut ? `does not end in ${timeoutMs} ms` : `ends with ${exitCode ?? 'a signal'}`
  return { state: 'unhealthy', latencyMs, note: `${file} ${end}: ${oneLine(stderr || stdout, 80)}` }
}
