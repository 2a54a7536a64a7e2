import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { channelAct } from '../../src/targets/channels/acts.ts'
import { openMailServer } from '../channels/mail.ts'
import { context, decided, hostile, send } from '../channels/message.ts'

const means = {
  resolve: (value: string) => Promise.resolve(value),
  now: () => new Date('2026-11-22T03:12:40Z'),
  timeoutMs: 2000,
}
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function openMail(options: SMTPServerOptions = {}) {
  const mail = await openMailServer(options)
  closing.push(mail.close)
  return mail
}

function mailTo(port: number, more: { user?: string; password?: string; tls?: 'starttls' | 'at once' } = {}) {
  const server = { host: '127.0.0.1', port, tls: more.tls ?? ('none' as const), ca: null }
  const { user = null, password = null } = more
  const to = ['board@shop.example', 'desk@shop.example']
  return channelAct({ kind: 'email', server, user, password, from: 'astern@shop.example', to, audience: 'team' }, means)
}

describe('a channel of e-mail', () => {
  test('sends one plain message to all, known by its delivery, in the thread of its run', async () => {
    const { mails, port } = await openMail()
    const channel = mailTo(port, { user: 'astern', password: 'secretpart' })
    expect(await send(channel, decided)).toEqual({
      ok: true,
      observed: { accepted: 2, rejected: 0, delivery: decided.delivery },
      says: `taken for 2 as ${decided.delivery}`,
    })
    expect(mails).toHaveLength(1)
    const [mail] = mails
    expect([mail?.from, mail?.to]).toEqual(['astern@shop.example', ['board@shop.example', 'desk@shop.example']])
    for (const line of [
      'Subject: SEV-1 shop: restoring 1.2.2',
      'Message-ID: <r-1118-a.decided.room@astern.invalid>',
      'References: <r-1118-a@astern.invalid>',
      'Auto-Submitted: auto-generated',
      'Content-Type: text/plain; charset=utf-8',
    ])
      expect(mail?.text).toContain(`${line}\r\n`)
    expect(mail?.text).toContain(decided.text)
  })

  test('lets no subject add a header', async () => {
    const { mails, port } = await openMail()
    expect(
      await send(mailTo(port), { ...hostile, subject: 'x\r\nBcc: evil@evil.example\r\n\r\nforged' }),
    ).toMatchObject({
      ok: true,
    })
    expect(mails[0]?.to).toEqual(['board@shop.example', 'desk@shop.example'])
    expect(mails[0]?.text).not.toMatch(/^Bcc:/m)
  })

  test('is refused for good where the server knows neither user nor password, and shows neither', async () => {
    const { port } = await openMail()
    const outcome = await send(mailTo(port, { user: 'astern', password: 'wrong-secretpart' }), decided)
    expect(outcome).toMatchObject({ ok: false, observed: { status: 535, refused: true } })
    expect(JSON.stringify(outcome)).not.toContain('secretpart')
  })

  test('sends no password where no TLS can be agreed on', async () => {
    const { mails, port } = await openMail()
    const channel = mailTo(port, { user: 'astern', password: 'secretpart', tls: 'starttls' })
    expect(await send(channel, decided)).toMatchObject({ ok: false })
    expect(mails).toEqual([])
  })

  test('that took it for some and not for others is red and names them, and is not sent again to the first', async () => {
    const { mails, port } = await openMail({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('desk') ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
    })
    const outcome = await send(mailTo(port), decided)
    expect(outcome).toMatchObject({ ok: false, observed: { accepted: 1, rejected: 1, refused: true } })
    expect(JSON.stringify(outcome)).toContain('desk@shop.example')
    expect(mails.map(({ to }) => to)).toEqual([['board@shop.example']])
  })

  test.each([
    [451, false],
    [554, true],
  ])('whose content is answered with %s is refused for good: %s', async (responseCode, isFinal) => {
    const { port } = await openMail({
      onData: (stream, _session, done) => {
        stream.resume().on('end', () => done(Object.assign(new Error('no'), { responseCode })))
      },
    })
    const outcome = await send(mailTo(port), decided)
    expect(outcome).toMatchObject({ ok: false, observed: { status: responseCode } })
    expect(['unknown' in outcome, JSON.stringify(outcome.observed).includes('refused')]).toEqual([false, isFinal])
  })

  test('is in doubt once the content is out and no answer comes', async () => {
    const { port } = await openMail({ onData: stream => void stream.resume() })
    expect(await send(mailTo(port), decided)).toMatchObject({
      ok: false,
      unknown: true,
      fault: { what: expect.stringContaining('no answer in time after the message was sent') },
    })
  })

  test('is in doubt where the connection is cut after the content', async () => {
    const server = cutAfterContent()
    const port = await listening(server)
    expect(await send(mailTo(port), decided)).toMatchObject({ ok: false, unknown: true })
  })

  test.each(['hangs at its greeting', 'is not there'])('has sent nothing where the server %s', async how => {
    const server = createServer(() => {})
    const port = await listening(server)
    if (how === 'is not there') await closing.pop()?.()
    const outcome = await send(mailTo(port), decided)
    expect(outcome).toMatchObject({ ok: false, observed: { status: null } })
    expect('unknown' in outcome).toBe(false)
  })

  test('is verified by its greeting and its login, without a message', async () => {
    const { mails, port } = await openMail()
    const right = mailTo(port, { user: 'astern', password: 'secretpart' })
    const wrong = mailTo(port, { user: 'astern', password: 'wrong-secretpart' })
    expect(await right.verify()).toMatchObject({ ok: true, says: expect.stringContaining('nothing was sent') })
    expect(await wrong.verify()).toMatchObject({ ok: false, says: expect.stringContaining('refuses the user') })
    expect(await right.probe(decided, context)).toMatchObject({ verdict: 'unclear' })
    expect(mails).toEqual([])
  })
})

async function listening(server: Server): Promise<number> {
  const sockets = new Set<{ destroy: () => void }>()
  server.on('connection', socket => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise<void>(resolve => server.close(() => resolve()))
  })
  return (server.address() as { port: number }).port
}

/** Says what a server says up to the end of the content, and then nothing more. */
function cutAfterContent(): Server {
  return createServer(socket => {
    let isContent = false
    socket.write('220 mail\r\n')
    socket.on('error', () => {})
    socket.on('data', chunk => {
      const text = chunk.toString()
      if (isContent) {
        if (text.endsWith('\r\n.\r\n')) socket.destroy()
        return
      }
      isContent = /^DATA\r\n/im.test(text)
      socket.write(isContent ? '354 go on\r\n' : '250 ok\r\n')
    })
  })
}
