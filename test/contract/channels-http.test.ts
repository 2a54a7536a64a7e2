import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { channelAct } from '../../src/targets/channels/acts.ts'
import type { ChannelAct } from '../../src/targets/channels/port.ts'
import { kinds, type Kind } from '../channels/kinds.ts'
import { context, decided, hostile, send } from '../channels/message.ts'
import { openService, type Answer, type Heard, type Service } from '../channels/service.ts'

const means = {
  resolve: (value: string) => Promise.resolve(value),
  now: () => new Date('2026-11-22T03:12:40Z'),
  timeoutMs: 2000,
}
let service: Service | null = null
afterEach(async () => {
  await service?.close()
  service = null
})

async function open(kind: Kind): Promise<{ readonly channel: ChannelAct; readonly writes: () => readonly Heard[] }> {
  const opened = await openService(kind.service())
  service = opened
  const channel = channelAct(kind.channel(opened.url), means)
  return { channel, writes: () => opened.heard().filter(({ method }) => method !== 'GET') }
}

describe.each(kinds)('a channel to $name', kind => {
  test('sends a message that the service takes, once', async () => {
    const { channel, writes } = await open(kind)
    expect(await send(channel, decided)).toMatchObject({ ok: true, observed: { delivery: decided.delivery } })
    expect(writes()).toHaveLength(kind.writes)
  })

  test('cuts what is too long for the service, and takes the ping and the link out of what others wrote', async () => {
    const { channel } = await open(kind)
    expect(await send(channel, hostile)).toMatchObject({ ok: true })
  })

  test('is asked again after the time the service names where it has had too much', async () => {
    const { channel } = await open(kind)
    expect(await withAnswer(channel, { status: 429, headers: { 'retry-after': '7' } })).toEqual({
      ok: false,
      fault: {
        code: 'channel.not-taken',
        what: expect.stringMatching(/did not take .* answers 429 and asks to wait 7 s$/),
        means: 'Whoever reads there has not been told. The rollback goes on.',
        next: expect.stringContaining(decided.delivery),
      },
      observed: { status: 429, latencyMs: expect.any(Number), delivery: decided.delivery, retryAfterMs: 7000 },
    })
  })

  test('is given up where the service asks for a longer wait than a rollback has', async () => {
    const { channel } = await open(kind)
    const outcome = await withAnswer(channel, { status: 429, headers: { 'retry-after': '3600' } })
    expect(outcome).toMatchObject({ ok: false, observed: { refused: true } })
  })

  test.each([500, 503])('is asked again where the service fails with %s', async status => {
    const { channel } = await open(kind)
    const outcome = await withAnswer(channel, { status })
    expect(outcome).toEqual({
      ok: false,
      fault: expect.objectContaining({ code: 'channel.not-taken' }),
      observed: { status, latencyMs: expect.any(Number), delivery: decided.delivery },
    })
  })

  test.each([302, 400, 401, 403, 404, 410])('is refused for good by %s', async status => {
    const { channel } = await open(kind)
    expect(await withAnswer(channel, { status, headers: { location: 'http://127.0.0.1:1/elsewhere' } })).toMatchObject({
      ok: false,
      observed: { status, refused: true },
    })
  })

  test.each(['hang', 'cut', { status: 504 }] as const)(
    `whose answer never comes (%j) is ${kind.doubt}, its delivery named`,
    async answer => {
      const { channel, writes } = await open(kind)
      const outcome = await withAnswer(channel, answer)
      expect(outcome).toMatchObject({ ok: false, fault: { next: expect.stringContaining(decided.delivery) } })
      expect('unknown' in outcome).toBe(kind.doubt === 'unknown')
      expect(outcome.observed).not.toMatchObject({ refused: true })
      expect(writes()).toHaveLength(1)
    },
  )

  test('that nobody listens to has sent nothing, and is asked again', async () => {
    const channel = channelAct(kind.channel(`http://127.0.0.1:${await freePort()}`), means)
    const outcome = await send(channel, decided)
    expect(outcome).toEqual({ ok: false, observed: null, fault: expect.anything() })
    expect(JSON.stringify(outcome)).toContain('nobody listens there')
  })

  test('shows its secret in no outcome, whatever happens', async () => {
    const { channel } = await open(kind)
    const outcomes = [
      await send(channel, decided),
      await withAnswer(channel, { status: 403 }),
      await withAnswer(channel, 'cut'),
      await send(channelAct(kind.channel('not an address'), means), decided),
      await channel.verify(),
      await channel.probe(decided, context),
    ]
    expect(JSON.stringify(outcomes)).not.toContain(kind.secret)
  })

  test('whose secret is not there any more fails its message, and nothing else', async () => {
    const { writes } = await open(kind)
    const lost = { ...means, resolve: () => Promise.reject(new Error('the secret env:ROOM is not there')) }
    const channel = channelAct(kind.channel(service?.url ?? ''), lost)
    expect(await send(channel, decided)).toMatchObject({
      ok: false,
      fault: { what: expect.stringContaining('the secret env:ROOM is not there') },
      observed: null,
    })
    expect(await channel.probe(decided, context)).toMatchObject({ verdict: 'unclear' })
    expect(writes()).toEqual([])
  })

  test('is verified without a message', async () => {
    const { channel, writes } = await open(kind)
    expect(await channel.verify()).toMatchObject({ ok: true, says: expect.stringContaining('nothing was sent') })
    expect(writes()).toEqual([])
    const nobody = channelAct(kind.channel(`http://127.0.0.1:${await freePort()}`), means)
    expect(await nobody.verify()).toMatchObject({ ok: false, says: expect.stringContaining('nobody listens there') })
  })
})

/** The message's own request is answered like this; what is asked before it, as ever. */
async function withAnswer(channel: ChannelAct, answer: Answer) {
  const opened = service
  if (opened === null) throw new Error('no service is open')
  opened.nextWrite(answer)
  return send(channel, decided)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise<void>(resolve => server.close(() => resolve()))
  return port
}
