import { connect } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { certificateOf, type Certificate } from './certificate.ts'
import { trustOf, type Trusted } from './trust.ts'
import { networkWords, showsNoListener } from './words.ts'

/** `certain`: whoever listens there said no, or nobody does; else nothing is shown by it. */
export type Connection =
  | { readonly ok: true; readonly latencyMs: number; readonly certificate: Certificate | null }
  | { readonly ok: false; readonly latencyMs: number; readonly trouble: string; readonly certain: boolean }

type To = { readonly host: string; readonly port: number; readonly timeoutMs: number }

/** One connection, given back at once. `tls`: with its handshake, the certificate judged for `name`. */
export async function connection(
  { host, port, timeoutMs }: To,
  tls: (Trusted & { readonly name?: string }) | null,
): Promise<Connection> {
  const began = performance.now()
  const { promise, resolve } = Promise.withResolvers<{ readonly trouble: string; readonly certain: boolean } | null>()
  const servername = tls === null ? '' : serverName(tls.name ?? host)
  const socket =
    tls === null ? connect({ host, port }) : connectSecurely({ host, port, servername, ...(await trustOf(tls)) })
  // A timer, since the socket's own timeout starts anew with each address that is tried.
  const timer = setTimeout(() => resolve({ trouble: `no answer in ${timeoutMs} ms`, certain: true }), timeoutMs)
  socket.on(tls === null ? 'connect' : 'secureConnect', () => resolve(null))
  socket.on('error', error => resolve({ trouble: networkWords(error), certain: showsNoListener(error) }))
  socket.on('close', () => resolve({ trouble: 'the connection was cut', certain: true }))
  const problem = await promise
  clearTimeout(timer)
  const certificate = problem === null ? certificateOf(socket) : null
  socket.destroy()
  const latencyMs = Math.round(performance.now() - began)
  return problem === null ? { ok: true, latencyMs, certificate } : { ok: false, latencyMs, ...problem }
}

/** An address has no name to ask for. */
function serverName(name: string): string {
  return /^[\d.]+$|:/.test(name) ? '' : name
}
