import type { Fault, Result } from '../../state/fault.ts'
import type { Cookies } from './cookies.ts'
import { httpRequest, type HttpAnswer, type HttpRequest } from './http.ts'

export type Followed = HttpAnswer & { readonly redirects: number; readonly url: string }

type Options = { readonly follow: number; readonly cookies: Cookies | null }

/**
 * A request and the redirects it leads to, at most `follow` of them, all within its one deadline. What was declared for
 * one origin, headers and body, goes to no other.
 */
export async function httpFollow(request: HttpRequest, { follow, cookies }: Options): Promise<Result<Followed>> {
  const began = performance.now()
  let now = request
  for (let redirects = 0; ; redirects += 1) {
    const left = Math.max(1, Math.round(request.timeoutMs - (performance.now() - began)))
    const answer = await httpRequest({ ...(await withCookies(now, cookies)), timeoutMs: left })
    if (!answer.ok) return answer
    const { status, headers, setCookies } = answer.value
    await cookies?.keep(now.url, setCookies)
    const to = headers['location']
    const leads = [301, 302, 303, 307, 308].includes(status) && to !== undefined
    if (!leads || redirects === follow) {
      const latencyMs = Math.round(performance.now() - began)
      return { ok: true, value: { ...answer.value, latencyMs, redirects, url: now.url } }
    }
    if (!URL.canParse(to, now.url)) return { ok: false, fault: nowhere('an address that cannot be read') }
    const next = new URL(to, now.url)
    const same = next.origin === new URL(now.url).origin
    const keeps = status === 307 || status === 308 || ['GET', 'HEAD'].includes(now.method ?? 'GET')
    if (!same && keeps && now.body !== undefined) return { ok: false, fault: nowhere(`${next.origin} with its body`) }
    now = { ...without(now, same, keeps), url: next.href }
  }
}

async function withCookies(request: HttpRequest, cookies: Cookies | null): Promise<HttpRequest> {
  const cookie = URL.canParse(request.url) ? ((await cookies?.header(request.url)) ?? '') : ''
  return cookie === '' ? request : { ...request, headers: { cookie, ...request.headers } }
}

function without(request: HttpRequest, same: boolean, keeps: boolean): HttpRequest {
  const { body, method, headers = {}, ...rest } = request
  const kept = Object.entries(headers).filter(
    ([name]) => same && (keeps || !/^content-(type|length|encoding)$/i.test(name)),
  )
  const sent = keeps && body !== undefined ? { body } : {}
  const how = method === undefined || keeps || method === 'HEAD' ? (method ?? 'GET') : 'GET'
  return { ...rest, ...sent, method: how, headers: Object.fromEntries(kept) }
}

function nowhere(where: string): Fault {
  return {
    code: 'http.redirect',
    what: `It is sent on to ${where}, which is not followed`,
    means: 'What would be answered there is not known.',
    next: 'Ask the right address, or follow no redirects and check the header location.',
  }
}
