import type { Probe } from '../../state/manifest.ts'
import { oneLine } from '../../state/text.ts'
import type { Health } from '../services/port.ts'
import { commandHealth } from './command.ts'
import { httpRequest } from './http.ts'
import { tcpHealth } from './tcp.ts'

export type ProbeMeans = { readonly address: string; readonly timeoutMs: number }

/** One look at one service's health, answered within the deadline. `{host}` is the host's address. */
export function probe(declared: Probe, { address, timeoutMs }: ProbeMeans): Promise<Health> {
  const filled = (text: string): string => text.replaceAll('{host}', address)
  switch (declared.kind) {
    case 'http':
      return httpHealth(filled(declared.url), declared.status, timeoutMs)
    case 'tcp':
      return tcpHealth(filled(declared.address), declared.port, timeoutMs)
    case 'command':
      return commandHealth(declared.argv.map(filled), timeoutMs)
  }
}

/** The very status that was asked for: a 401 is an answer and not health. */
async function httpHealth(url: string, status: number, timeoutMs: number): Promise<Health> {
  const answer = await httpRequest({ url, timeoutMs })
  if (!answer.ok) return { state: 'unhealthy', latencyMs: null, note: answer.fault.what }
  const { status: got, latencyMs, text } = answer.value
  if (got === status) return { state: 'healthy', latencyMs, note: `answers ${got}` }
  const words = oneLine(text, 80)
  const note = words === '' ? `answers ${got}, not ${status}` : `answers ${got}, not ${status}: ${words}`
  return { state: 'unhealthy', latencyMs, note }
}
