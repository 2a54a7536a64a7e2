import { expect, test } from 'vitest'
import { connectAll } from '../../../src/targets/services/connect.ts'
import type { Health } from '../../../src/targets/services/port.ts'
import { quiet } from '../../contract/services-shop.ts'

const command = {
  kind: 'service.connect',
  service: 'api',
  host: 'web-1',
  to: [{ argv: ['nc', 'db', '5432'] }, { argv: ['nc', 'queue', '5672'] }],
} as const
const healthy: Health = { state: 'healthy', latencyMs: 3, note: 'nc ends with 0' }

test('what could not be asked is not told as something that was not reached', async () => {
  const ask = async (): Promise<Health> => ({ state: 'unknown', latencyMs: null, note: 'web-1 gives no answer' })
  const outcome = await connectAll(command, means(ask), quiet, new AbortController().signal)
  expect(outcome).toMatchObject({
    ok: false,
    fault: {
      code: 'service.not-asked',
      what: 'Whether api on web-1 reaches what it depends on could not be asked: inside it, nc db 5432: web-1 gives no answer',
    },
  })
})

test('what its deadline left no time to ask is told so', async () => {
  const deadline = new AbortController()
  const ask = async (): Promise<Health> => (deadline.abort(), healthy)
  const outcome = await connectAll(command, means(ask), quiet, deadline.signal)
  expect(outcome).toMatchObject({
    ok: false,
    fault: { code: 'service.not-asked', what: expect.stringContaining('nc queue 5672: its deadline passed') },
  })
})

test('what does not answer is asked again, and then told as not reached', async () => {
  const asked: string[] = []
  const ask = async ({ argv }: { readonly argv: readonly string[] }): Promise<Health> => {
    asked.push(argv.join(' '))
    return argv[1] === 'db' ? healthy : { state: 'unhealthy', latencyMs: 1, note: 'nc ends with 1' }
  }
  const outcome = await connectAll(command, means(ask), quiet, new AbortController().signal)
  expect(outcome).toMatchObject({ ok: false, fault: { code: 'service.not-connected' } })
  expect(asked).toEqual(['nc db 5432', ...Array(5).fill('nc queue 5672')])
})

function means(ask: Parameters<typeof connectAll>[1]['ask']) {
  return { address: '10.0.0.1', pauseMs: 0, ask }
}
