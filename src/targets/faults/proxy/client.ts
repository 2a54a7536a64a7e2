import { request } from 'node:http'
import { addressText, type Address, type ProxyFault, type ProxyState } from '../../../state/drill/proxy.ts'
import type { Fault, Result } from '../../../state/fault.ts'
import { oneLine } from '../../../state/text.ts'
import { systemWords } from '../../services/releases/faults.ts'
import { faultsPath, pathOf, saysDrill } from './protocol.ts'

const answerMs = 5_000
const bodyBytes = 4 * 1024 * 1024

export async function stateOf(proxy: Address): Promise<Result<ProxyState>> {
  const answer = await ask(proxy, 'GET', faultsPath)
  return answer.ok ? { ok: true, value: answer.value as ProxyState } : answer
}

export async function putAt(proxy: Address, fault: Omit<ProxyFault, 'expiresAt'>): Promise<Fault | null> {
  const answer = await ask(proxy, 'PUT', pathOf(fault.run, fault.injected.inject), fault)
  return answer.ok ? null : answer.fault
}

export async function removeAt(proxy: Address, run: string, inject: string): Promise<Fault | null> {
  const answer = await ask(proxy, 'DELETE', pathOf(run, inject))
  return answer.ok ? null : answer.fault
}

async function ask(proxy: Address, method: string, path: string, body?: unknown): Promise<Result<unknown>> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly status: number; readonly text: string }>()
  const text = body === undefined ? '' : JSON.stringify(body)
  const asked = request(
    {
      ...(proxy.kind === 'unix' ? { socketPath: proxy.path } : { host: proxy.host, port: proxy.port }),
      method,
      path,
      agent: false,
      signal: AbortSignal.timeout(answerMs),
      headers: { [saysDrill]: '1', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
    },
    answer => {
      let said = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        said += chunk
        if (said.length > bodyBytes) asked.destroy()
      })
      answer.on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: said }))
    },
  )
  asked.on('error', reject)
  asked.end(text)
  try {
    const { status, text: said } = await promise
    const value: unknown = JSON.parse(said)
    return status === 200 ? { ok: true, value } : { ok: false, fault: refused(proxy, status, said) }
  } catch (error) {
    return { ok: false, fault: silent(proxy, wordsOf(error)) }
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'it answers something that no proxy of drills does'
  if (error instanceof Error && error.name === 'AbortError') return `no answer in ${answerMs / 1000} s`
  return error instanceof Error && 'syscall' in error ? systemWords(error) : 'it breaks off'
}

function silent(proxy: Address, why: string): Fault {
  return {
    code: 'proxy.silent',
    what: `The proxy of drills at ${addressText(proxy)} cannot be asked: ${why}`,
    means: 'What it disturbs is not known. What it does ends by itself, at its time or with the proxy.',
    next: 'Start it: astern drill --proxy FILE. Or correct drill.proxies in astern.yaml.',
  }
}

function refused(proxy: Address, status: number, said: string): Fault {
  return {
    code: 'proxy.refused',
    what: `The proxy of drills at ${addressText(proxy)} refuses it (${status}): ${oneLine(said, 120)}`,
    means: 'Nothing was changed by it.',
    next: 'Look at the routes in its file.',
  }
}
