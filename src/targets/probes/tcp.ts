import { connect } from 'node:net'
import type { Health } from '../services/port.ts'
import { networkWords } from './words.ts'

/** Healthy: the port accepts a connection in time. */
export async function tcpHealth(host: string, port: number, timeoutMs: number): Promise<Health> {
  const began = performance.now()
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const socket = connect({ host, port })
  // A timer, since the socket's own timeout starts anew with each address that is tried.
  const timer = setTimeout(() => resolve(`no answer in ${timeoutMs} ms`), timeoutMs)
  socket.on('connect', () => resolve(null))
  socket.on('error', error => resolve(networkWords(error)))
  const problem = await promise
  clearTimeout(timer)
  socket.destroy()
  if (problem !== null) return { state: 'unhealthy', latencyMs: null, note: `${host}:${port}: ${problem}` }
  return { state: 'healthy', latencyMs: Math.round(performance.now() - began), note: `${host}:${port} accepts` }
}
