import { readFile } from 'node:fs/promises'
import type { Channel } from '../../../state/channel.ts'
import type { ChannelMeans } from '../port.ts'
import { orNotReady } from '../not-ready.ts'

export type EmailChannel = Extract<Channel, { kind: 'email' }>

/** One connection to its server. Loaded where it is used: a start-up has no need of it. `onContent`: the message itself is on its way. */
export async function openTransport(
  channel: EmailChannel,
  means: ChannelMeans,
  onContent: () => void = () => undefined,
) {
  const { createTransport } = await import('nodemailer')
  const { host, port, tls, ca } = channel.server
  const password = channel.password === null ? null : await means.resolve(channel.password)
  const quiet = (): void => undefined
  const heard = ({ tnx }: { tnx?: string }, line: unknown): void => {
    if (tnx === 'server' && String(line).startsWith('354')) onContent()
  }
  return createTransport({
    host,
    port,
    secure: tls === 'at once',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(ca === null ? {} : { tls: { ca: await orNotReady(readFile(ca, 'utf8')) } }),
    ...(channel.user === null || password === null ? {} : { auth: { user: channel.user, pass: password } }),
    connectionTimeout: means.timeoutMs ?? 10_000,
    greetingTimeout: means.timeoutMs ?? 10_000,
    socketTimeout: means.timeoutMs ?? 20_000,
    transactionLog: true,
    logger: { level: quiet, trace: quiet, debug: heard, info: quiet, warn: quiet, error: quiet, fatal: quiet },
  })
}

export type MailError = { readonly code: string; readonly responseCode: number | null }

export function mailError(error: unknown): MailError {
  const { code, responseCode } = error instanceof Error ? (error as { code?: string; responseCode?: number }) : {}
  return { code: code ?? 'unknown error', responseCode: responseCode ?? null }
}

const words: Readonly<Record<string, string>> = {
  ECONNECTION: 'the connection was cut',
  ESOCKET: 'its server cannot be reached, or the connection was cut',
  ETIMEDOUT: 'no answer in time',
  EDNS: 'the name of its server is not known',
  ETLS: 'no TLS could be agreed on',
  EAUTH: 'its server refuses the user or the password',
  ENOAUTH: 'its server wants a user and a password',
  EENVELOPE: 'its server refuses the sender or a recipient',
  EMESSAGE: 'its server refuses the message',
  EPROTOCOL: 'it does not speak SMTP',
}

export function mailWords({ code, responseCode }: MailError): string {
  return `${words[code] ?? `it failed (${code})`}${responseCode === null ? '' : ` (${responseCode})`}`
}
