import { connect } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { once } from 'node:events'
import type { Probed } from '../../state/facts.ts'
import { networkWords } from '../probes/words.ts'
import type { ChannelLook, ChannelMeans, Verified } from './port.ts'

const connectMs = 5000

/** Of a receiver that cannot be asked what it has: its address is looked at, and connected to. */
export function addressLook(called: string, address: string, means: ChannelMeans): ChannelLook {
  return {
    probe: () => Promise.resolve(cannotTell(called)),
    verify: async () => reaches(called, await means.resolve(address)),
  }
}

export function cannotTell(called: string): Probed {
  return { verdict: 'unclear', observed: null, says: `${called} cannot be asked what it received` }
}

/** Opens a connection and closes it; nothing is sent. */
export async function reaches(called: string, address: string): Promise<Verified> {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    return { ok: false, says: `${called}: its address is not an http address`, next: 'Correct its address.' }
  const { hostname, port, protocol } = new URL(address)
  const host = hostname.replace(/^\[|\]$/g, '')
  const secure = protocol === 'https:'
  const to = { host, port: Number(port === '' ? (secure ? 443 : 80) : port) }
  const socket = secure ? connectSecure({ ...to, servername: host }) : connect(to)
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(connectMs) })
    return { ok: true, says: `${called}: its server is reached; nothing was sent`, next: '' }
  } catch (error) {
    const why = error instanceof Error && error.name === 'AbortError' ? 'no answer in time' : networkWords(error)
    return {
      ok: false,
      says: `${called}: its server is not reached: ${why}`,
      next: 'Correct its address, or the way there.',
    }
  } finally {
    socket.on('error', () => {})
    socket.destroy()
  }
}
