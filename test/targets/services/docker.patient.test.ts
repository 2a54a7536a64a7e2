import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Answer, Engine } from '../../../src/targets/services/docker/engine.ts'
import { patient } from '../../../src/targets/services/docker/watch/patient.ts'

describe('an Engine that gives no answer', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  test('is asked again after 1, 2, 4, 8 and then every 15 seconds, by however many who look', async () => {
    const { engine, asked, host } = stage()
    host.knock = null
    const at: number[] = []
    for (let second = 0; second <= 60; second += 0.5) {
      const before = asked()
      await Promise.all([look(engine), look(engine)])
      if (asked() > before) at.push(second)
      vi.advanceTimersByTime(500)
    }
    expect(at).toEqual([0, 1, 3, 7, 15, 30, 45, 60])
  })

  test('tells what nobody answered, for how long that is so, and when it is asked again', async () => {
    const { engine } = stage()
    await look(engine)
    vi.advanceTimersByTime(400)
    expect(await look(engine)).toMatchObject({
      status: null,
      fault: { what: 'web-1 is silent (for 1 s now; asked again in 1 s, or once it is there)' },
    })
  })

  test('is asked once and at once when somebody listens there again', async () => {
    const { engine, asked, host } = stage()
    for (let second = 0; second < 20; second += 1) {
      await look(engine)
      vi.advanceTimersByTime(1000)
    }
    host.knock = true
    host.answers = true
    const before = asked()
    expect(await Promise.all([look(engine), look(engine), look(engine)])).toContainEqual(
      expect.objectContaining({ value: 'there' }),
    )
    expect(asked()).toBe(before + 1)
    expect(await look(engine)).toMatchObject({ value: 'there' })
  })

  test('is not asked more often because somebody listens there all the time', async () => {
    const { engine, asked, host } = stage()
    host.knock = true
    for (let second = 0; second < 60; second += 1) {
      await look(engine)
      vi.advanceTimersByTime(1000)
    }
    expect(asked()).toBe(7)
  })

  test('is asked at once after it answered somebody else', async () => {
    const { engine, asked, host } = stage()
    for (let second = 0; second < 20; second += 1) {
      await look(engine)
      vi.advanceTimersByTime(1000)
    }
    const before = asked()
    host.answeredAt = performance.now()
    host.answers = true
    expect(await look(engine)).toMatchObject({ value: 'there' })
    expect(asked()).toBe(before + 1)
  })
})

const look = (engine: Engine): Promise<Answer<string>> => engine.call('look', async () => 'there')

function stage() {
  const host = { answers: false, knock: false as boolean | null, answeredAt: Number.NEGATIVE_INFINITY }
  let asked = 0
  const call: Engine['call'] = async (_, ask) => {
    asked += 1
    const fault = { code: 'docker.unreachable', what: 'web-1 is silent', means: '', next: '' }
    return host.answers
      ? { ok: true, status: 200, value: await ask({} as never, new AbortController().signal) }
      : { ok: false, status: null, fault }
  }
  const engine: Engine = {
    host: 'web-1',
    hide: () => {},
    call,
    read: (_, what, ask) => call(what, ask),
    knock: async () => host.knock,
    freeAt: async () => ({ why: 'nobody looks' }),
    answeredAt: () => host.answeredAt,
    close: async () => {},
  }
  return { engine: patient(engine), asked: () => asked, host }
}
