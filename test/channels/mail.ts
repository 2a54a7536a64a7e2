import { once } from 'node:events'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

type Mail = { readonly from: string; readonly to: readonly string[]; readonly text: string }

/** A real SMTP server, in clear; it keeps what it took. Whoever logs in is astern, by the password secretpart. */
export async function openMailServer(options: SMTPServerOptions = {}) {
  const mails: Mail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'astern' && password === 'secretpart' ? done(null, { user: 'astern' }) : done(new Error('no')),
    onData: (stream, session, done) => {
      let text = ''
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), text })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    mails,
    port: (server.server.address() as { port: number }).port,
    close: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}
