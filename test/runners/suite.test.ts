import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Check } from '../../src/state/check.ts'
import { checkOf, get, listening, run } from './suite.ts'

const ok = [{ kind: 'status', equals: 200 }] as const
/** What each path answers, in turn; the last for ever. */
const answers = new Map<string, readonly number[]>()
const asked = new Map<string, number>()
let atOnce = 0
let most = 0
const server = createServer((request, response) => {
  const url = request.url ?? ''
  const turn = asked.get(url) ?? 0
  asked.set(url, turn + 1)
  atOnce += 1
  most = Math.max(most, atOnce)
  response.on('close', () => (atOnce -= 1))
  if (url.startsWith('/hang')) return
  response.writeHead(answers.get(url)?.at(Math.min(turn, (answers.get(url)?.length ?? 1) - 1)) ?? 200).end()
})
let base = ''
beforeAll(async () => {
  base = `http://127.0.0.1:${await listening(server)}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function one(path: string, turns: readonly number[], more: Partial<Check>) {
  answers.set(path, turns)
  const [result] = await run([checkOf(path, get(`${base}${path}`), ok, more)])
  return { verdict: result?.verdict, says: result?.says, attempts: result?.attempts, first: result?.firstFailure }
}

describe('a check', () => {
  test('that passes at a later attempt keeps what failed first', async () => {
    expect(await one('/flaky', [500, 503, 200], { attempts: 3 })).toEqual({
      verdict: 'pass',
      says: 'status 200',
      attempts: 3,
      first: 'expected status 200, got 500',
    })
  })

  test('passes only by so many passes in a row', async () => {
    expect(await one('/row', [200, 200, 500, 200], { attempts: 2, consecutive: 3 })).toEqual({
      verdict: 'pass',
      says: 'status 200',
      attempts: 2,
      first: 'expected status 200, got 500',
    })
    expect(asked.get('/row')).toBe(6)
    expect(await one('/again', [200, 500, 200, 500], { attempts: 2, consecutive: 2 })).toEqual({
      verdict: 'fail',
      says: 'expected status 200, got 500',
      attempts: 2,
      first: 'expected status 200, got 500',
    })
  })

  test('passes only when it went on passing for as long as it has to', async () => {
    const began = performance.now()
    expect(await one('/hold', [200], { holdMs: 400 })).toMatchObject({ verdict: 'pass', first: null })
    expect(performance.now() - began).toBeGreaterThanOrEqual(400)
    expect(asked.get('/hold')).toBeGreaterThan(2)
    expect(await one('/loop', [200, 200, 500], { holdMs: 60_000 })).toMatchObject({
      verdict: 'fail',
      says: 'expected status 200, got 500',
    })
  })

  test('that passes has not shown that it stays so where the time of the suite is used up', async () => {
    const held = checkOf('held', get(`${base}/held`), ok, { holdMs: 600_000 })
    const [result] = await run([held], { deadlineMs: 300 })
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      says: 'it passes; whether it stays so is not known: the time of the suite was used up',
    })
  })

  test('that asks something which has no value is not asked again and again', async () => {
    const unfilled = checkOf('x', get(`${base}/{nothing}`), ok, { attempts: 20, intervalMs: 60_000 })
    expect((await run([unfilled]))[0]).toMatchObject({ verdict: 'inconclusive', attempts: 1 })
  })
})

describe('a suite', () => {
  test('of 200 with 20 servers that hang ends by its time, with 20 failures that say why and 180 results', async () => {
    const checks = Array.from({ length: 200 }, (_, index) =>
      checkOf(`c${index}`, get(`${base}${index % 10 === 0 ? `/hang/${index}` : `/${index}`}`), ok, {
        attempts: 3,
        timeoutMs: 60_000,
        intervalMs: 1000,
      }),
    )
    const deadlineMs = 6000
    const early: string[] = []
    const began = performance.now()
    const results = await run(checks, {
      deadlineMs,
      onResult: ({ name }) => void (performance.now() - began < deadlineMs - 100 && early.push(name)),
    })
    const tookMs = performance.now() - began
    process.stdout.write(`200 checks, 20 of them hung: ${Math.round(tookMs)} ms of ${deadlineMs}\n`)
    expect(tookMs).toBeLessThan(deadlineMs + 2000)
    const failed = results.filter(({ verdict }) => verdict === 'fail')
    expect(failed.map(({ name }) => name)).toEqual(
      checks.flatMap(({ name }, index) => (index % 10 === 0 ? [name] : [])),
    )
    for (const { says } of failed) expect(says).toMatch(/\/hang\/\d+ does not answer: no answer in time \(\d+ ms\)$/)
    expect(results.filter(({ verdict }) => verdict === 'pass')).toHaveLength(180)
    expect(early).toHaveLength(180)
    process.stdout.write(`at most ${most} at once\n`)
    // Eight, and those that had been waited for long.
    expect(most).toBeLessThanOrEqual(64)
  })

  test('leaves unasked the steps of a flow that it has no time for, and asks nothing once it is over', async () => {
    const step = (name: string, path: string) => ({ name, request: get(`${base}${path}`), asserts: ok, extract: {} })
    const flow = checkOf(
      'flow',
      {
        kind: 'flow',
        steps: [step('a', '/flow/a'), step('b', '/hang/flow'), { ...step('c', '/flow/c'), always: true }],
      },
      [],
      { timeoutMs: 60_000 },
    )
    const [result] = await run([flow], { deadlineMs: 1500 })
    expect(result?.steps?.map(({ name, verdict, says }) => `${name}: ${verdict}: ${says}`)).toEqual([
      'a: pass: status 200',
      expect.stringMatching(/^b: fail: .*no answer in time/),
      'c: inconclusive: not asked: the time of the suite was used up',
    ])
    expect(asked.has('/flow/c')).toBe(false)
  })

  test('says of what it did not come to that it was not asked', async () => {
    const hung = Array.from({ length: 10 }, (_, index) =>
      checkOf(`h${index}`, get(`${base}/hang/limit/${index}`), ok, { timeoutMs: 60_000 }),
    )
    const results = await run(hung, { limit: 1, deadlineMs: 1500 })
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['fail', 'inconclusive']))
    for (const { verdict, says } of results)
      expect(says).toMatch(
        verdict === 'fail' ? /no answer in time/ : /^it was not asked: the time of the suite was used up$/,
      )
  })
})
