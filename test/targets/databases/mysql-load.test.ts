import { expect, test } from 'vitest'
import { loadGuard, TooBusy, type LoadOptions } from '../../../src/targets/databases/mysql/sums/load.ts'

test('a server that is as busy as it normally is keeps nobody waiting, and is asked once a second at the most', async () => {
  const { guard, says, asked, passes } = guarded([3])
  for (let chunk = 0; chunk < 10; chunk += 1) {
    expect(await guard()).toBe(true)
    await passes(300)
  }
  expect([says, asked()]).toEqual([[], 3])
})

test('more threads than may run are waited for, and that is said until they are fewer', async () => {
  const { guard, says } = guarded([4, 31, 26, 25])
  expect(await guard()).toBe(true)
  expect(await guard(1000)).toBe(true)
  expect(says).toEqual(['waits: 31 threads running, 25 allowed', 'waits: 26 threads running, 25 allowed', null])
})

test('what may run is a fifth more than the least that were seen, where that is more than 25, or what the manifest says', async () => {
  const busy = guarded([60, 73, 72, 50, 61, 60])
  for (const ms of [0, 1000, 1000]) expect(await busy.guard(ms)).toBe(true)
  expect(await busy.guard(1000)).toBe(true)
  expect(busy.says).toEqual([
    'waits: 73 threads running, 72 allowed',
    null,
    'waits: 61 threads running, 60 allowed',
    null,
  ])
  const declared = guarded([6, 5], { most: 5 })
  expect(await declared.guard()).toBe(true)
  expect(declared.says).toEqual(['waits: 6 threads running, 5 allowed', null])
})

test('after five minutes it gives up, and at once when it is stopped', async () => {
  const { guard, says } = guarded([9], { most: 5 })
  await expect(guard()).rejects.toThrow(new TooBusy('waits: 9 threads running, 5 allowed'))
  expect(says).toHaveLength(302)
  const stopped = guarded([9], { most: 5, signal: AbortSignal.abort() })
  expect(await stopped.guard()).toBe(false)
})

/** A server that has so many threads running when it is asked, the last number ever after; a clock that only pauses move. */
function guarded(threads: readonly number[], options: Partial<LoadOptions> = {}) {
  let [now, asked] = [0, 0]
  const says: (string | null)[] = []
  const passes = (ms: number): Promise<void> => {
    now += ms
    return Promise.resolve()
  }
  const ask = loadGuard(
    async () => {
      asked += 1
      return [{ Variable_name: 'Threads_running', Value: String(threads[Math.min(asked, threads.length) - 1]) }]
    },
    { onPause: said => says.push(said), clock: () => now, pause: passes, ...options },
  )
  const guard = async (after = 0): Promise<boolean> => {
    await passes(after)
    return ask()
  }
  return { guard, says, asked: () => asked, passes }
}
