import { TLSSocket } from 'node:tls'

export type Certificate = { readonly daysLeft: number; readonly protocol: string }

const dayMs = 24 * 60 * 60 * 1000

/** Of a connection that is up; null where it is not one of TLS. */
export function certificateOf(socket: unknown): Certificate | null {
  if (!(socket instanceof TLSSocket)) return null
  const until = Date.parse(socket.getPeerCertificate().valid_to)
  if (Number.isNaN(until)) return null
  return { daysLeft: Math.floor((until - Date.now()) / dayMs), protocol: socket.getProtocol() ?? '' }
}
