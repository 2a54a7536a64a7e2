import { Resolver } from 'node:dns/promises'
import type { DnsType } from '../../state/check.ts'

export type DnsAnswer =
  | { readonly ok: true; readonly rcode: string; readonly answers: readonly string[]; readonly latencyMs: number }
  | { readonly ok: false; readonly what: string }

type Asked = { readonly name: string; readonly type: DnsType; readonly server?: string; readonly timeoutMs: number }

/** One question to the system's name servers, or to `server`, `address[:port]`. No hosts file, no cache of this machine's. */
export async function dnsQuery({ name, type, server, timeoutMs }: Asked): Promise<DnsAnswer> {
  const began = performance.now()
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
  const late = setTimeout(() => resolver.cancel(), timeoutMs)
  const whom = server ?? 'the name server'
  try {
    if (server !== undefined) resolver.setServers([server])
    const found = await resolver.resolve(name, type)
    return answer('NOERROR', (found as readonly unknown[]).map(spelled), began)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const rcode = rcodes[code]
    if (rcode !== undefined) return answer(rcode, [], began)
    return { ok: false, what: `${name}: ${whom} ${troubles[code] ?? `cannot be asked (${code})`}` }
  } finally {
    clearTimeout(late)
  }
}

function answer(rcode: string, answers: readonly string[], began: number): DnsAnswer {
  return { ok: true, rcode, answers: [...answers].sort(), latencyMs: Math.round(performance.now() - began) }
}

/** No data: the name is there, and has nothing of that type. */
const rcodes: Readonly<Record<string, string>> = {
  ENODATA: 'NOERROR',
  ENOTFOUND: 'NXDOMAIN',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
  EFORMERR: 'FORMERR',
  ENOTIMP: 'NOTIMP',
}

const troubles: Readonly<Record<string, string>> = {
  ETIMEOUT: 'does not answer in time',
  ECANCELLED: 'does not answer in time',
  ECONNREFUSED: 'does not answer: nobody listens there',
  EBADRESP: 'answers what is no answer',
  EBADNAME: 'cannot be asked for such a name',
}

/** As zone files write it: `10 mail.example.org`, `0 5 443 web.example.org`. */
function spelled(found: unknown): string {
  if (typeof found === 'string') return found
  if (Array.isArray(found)) return found.join('')
  const { priority, exchange, weight, port, name } = found as Readonly<Record<string, string | number | undefined>>
  return [priority, weight, port, name ?? exchange].filter(part => part !== undefined).join(' ')
}
