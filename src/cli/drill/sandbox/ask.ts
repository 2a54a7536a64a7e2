import { request } from 'node:http'
import { plain } from '../../../state/text.ts'

export type SandboxAnswer = { readonly ok: true; readonly body: object } | { readonly ok: false; readonly why: string }

/** One thing asked of a sandbox at its socket. Null: nobody listens there. */
export function askSandbox(socketPath: string, method: 'GET' | 'POST', word: string): Promise<SandboxAnswer | null> {
  const { promise, resolve } = Promise.withResolvers<SandboxAnswer | null>()
  const asking = request({ socketPath, method, path: `/${word}` }, async response => {
    let text = ''
    for await (const chunk of response) text += String(chunk)
    const body = JSON.parse(text) as object
    const why = plain('why' in body ? String(body.why) : `it answered ${response.statusCode}`)
    resolve(response.statusCode === 200 ? { ok: true, body } : { ok: false, why })
  })
  asking.on('error', () => resolve(null))
  asking.end()
  return promise
}
