import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openReceiver, type Receiver } from '../../demo/receiver.ts'
import { channelAct } from '../../src/targets/channels/acts.ts'
import { signature } from '../../src/targets/channels/webhook/sign.ts'
import { permitOf } from '../permit.ts'

const context = { run: 'r', environment: 'shop', directory: '/nowhere', holder: 'h' }
const command = {
  kind: 'message.send',
  channel: 'ops',
  delivery: 'r.decided.ops',
  moment: 'decided',
  subject: 'going back',
  text: 'to 1.2.2',
} as const
const means = { resolve: (value: string) => Promise.resolve(value), now: () => new Date('2026-11-22T03:12:40Z') }
let directory = ''
let receiver: Receiver
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'astern-channel-'))
  receiver = await openReceiver()
})
afterEach(async () => {
  await receiver.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('a file channel', () => {
  test('holds a delivery once it was written, and not by half a line', async () => {
    const path = join(directory, 'messages.ndjson')
    const channel = channelAct({ kind: 'file', path, audience: 'team' }, means)
    expect(await channel.probe(command, context)).toMatchObject({ verdict: 'not yet' })
    appendFileSync(path, '{"delivery":"r.decided.ops","at"')
    expect(await channel.probe(command, context)).toMatchObject({ verdict: 'not yet' })
    expect(await send(channel)).toMatchObject({ ok: true })
    expect(await channel.probe(command, context)).toMatchObject({ verdict: 'holds' })
    expect(JSON.parse(readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '')).toEqual({
      delivery: 'r.decided.ops',
      at: '2026-11-22T03:12:40.000Z',
      moment: 'decided',
      subject: 'going back',
      text: 'to 1.2.2',
    })
  })
})

describe('a webhook channel', () => {
  test('signs as Standard Webhooks has it', () => {
    const signed = signature(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
    )
    expect(signed).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  test('sends under its delivery id, so that the receiver counts it once, and cannot tell what was received', async () => {
    const channel = channelAct(
      { kind: 'webhook', url: receiver.url, secret: 'whsec_YXN0ZXJuLWRlbW8tc2VjcmV0', audience: 'team' },
      means,
    )
    expect(await send(channel)).toMatchObject({ ok: true })
    const [request] = receiver.requests()
    const seconds = Date.parse('2026-11-22T03:12:40Z') / 1000
    expect(request).toEqual({
      id: 'r.decided.ops',
      type: 'astern.message.decided',
      body: expect.any(String),
      signature: signature('whsec_YXN0ZXJuLWRlbW8tc2VjcmV0', 'r.decided.ops', seconds, request?.body ?? ''),
    })
    expect(await channel.probe(command, context)).toMatchObject({ verdict: 'unclear' })
  })

  test.each([302, 400, 410, 429, 500])('takes %s for a refusal', async status => {
    receiver.answerWith(status)
    const channel = channelAct({ kind: 'webhook', url: receiver.url, secret: null, audience: 'team' }, means)
    expect(await send(channel)).toMatchObject({
      ok: false,
      fault: { code: 'channel.not-taken', what: expect.stringContaining(`answers ${status}`) },
    })
  })
})

function send(channel: ReturnType<typeof channelAct>) {
  return channel.apply(command, permitOf(command, { run: 'r' }), context, () => undefined)
}
