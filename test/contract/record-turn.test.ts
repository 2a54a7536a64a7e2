import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { flockFile } from '../../src/targets/flock.ts'
import { inTurn } from '../../src/targets/services/releases/turn.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astern-turn-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const impatientMs = 1

/** As long as ten helpers take to start and end. */
async function aWhile(): Promise<void> {
  for (let times = 0; times < 10; times += 1) await (await flockFile(join(directory, 'other'), 0, 0o644))?.close()
}

test('two writers of one process each have their turn, however long the first takes and however many wait', async () => {
  const order: number[] = []
  const write = (n: number) => async (): Promise<number> => {
    order.push(n)
    await aWhile()
    order.push(n)
    return n
  }
  const all = [1, 2, 3, 4].map(n => inTurn(directory, 'web-1', write(n), impatientMs))
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4].map(value => ({ ok: true, value })))
  expect(order).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
})

test('one that fails keeps its turn from nobody', async () => {
  const failing = inTurn(directory, 'web-1', () => Promise.reject(new Error('full')))
  const next = inTurn(directory, 'web-1', async () => 'written')
  await expect(failing).rejects.toThrow('full')
  expect(await next).toEqual({ ok: true, value: 'written' })
})

test('whoever else holds it is waited for with patience, and told of', async () => {
  const theirs = await flockFile(join(directory, 'writing'), 0, 0o644)
  const refused = await inTurn(directory, 'web-1', async () => 'written', impatientMs)
  expect(refused).toMatchObject({ ok: false, fault: { code: 'record.busy' } })
  await theirs?.close()
  expect(await inTurn(directory, 'web-1', async () => 'written', impatientMs)).toEqual({ ok: true, value: 'written' })
})
