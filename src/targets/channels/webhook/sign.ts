import { createHmac } from 'node:crypto'

/** Standard Webhooks 1.0.0: base64(HMAC-SHA256(key, `${id}.${seconds}.${body}`)), the key after `whsec_` in base64. */
export function signature(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
}
