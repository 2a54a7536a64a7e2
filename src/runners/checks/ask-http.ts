import type { HttpQuestion } from '../../state/check.ts'
import { httpFollow } from '../../targets/probes/http-follow.ts'
import { parsed, type Asked } from './asked.ts'
import type { Asking } from './means.ts'

export async function askHttp(question: HttpQuestion, { cookies, timeoutMs }: Asking): Promise<Asked> {
  const { url, headers, ca, unverified, method, follow = 0 } = question
  const trust = { ...(ca === undefined ? {} : { ca }), ...(unverified === undefined ? {} : { unverified }) }
  const { type, ...body } = bodyOf(question)
  const typed = type === null ? headers : { 'content-type': type, ...headers }
  const answer = await httpFollow({ url, method, headers: typed, timeoutMs, trust, ...body }, { follow, cookies })
  if (!answer.ok) return { verdict: 'fail', says: answer.fault.what }
  const { status, text, cut, certificate, redirects, latencyMs } = answer.value
  return {
    got: {
      status,
      headers: answer.value.headers,
      body: text,
      cut,
      ...parsed(text),
      ...(certificate === null ? {} : { 'certificate days': certificate.daysLeft, protocol: certificate.protocol }),
      redirects,
      url: answer.value.url,
      latencyMs,
    },
  }
}

type Body = { readonly type: string | null; readonly body?: string }

function bodyOf({ json, form }: HttpQuestion): Body {
  if (json !== null) return { type: 'application/json', body: JSON.stringify(json) }
  if (form === undefined) return { type: null }
  return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() }
}
