import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { isLeft, labelsOf } from '../../../src/targets/services/docker/act/room-labels.ts'

const hourMs = 3_600_000

test('a room is left behind once its maker is no more, however old it is, and never while that one runs', async () => {
  const own = await labelsOf('shop', 'r1_t')
  expect(await Promise.all([0, 2 * hourMs].map(ageMs => isLeft(own, ageMs)))).toEqual([false, false])
  const pid = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim()
  const gone = { ...own, 'com.github.astern.room.maker': `${pid} 1` }
  const another = { ...own, 'com.github.astern.room.maker': `${process.pid} 1` }
  expect(await Promise.all([gone, another].map(labels => isLeft(labels, 0)))).toEqual([true, true])
})

test('a room of another machine is left behind after an hour', async () => {
  const theirs = { ...(await labelsOf('shop', 'r1_t')), 'com.github.astern.room.on': 'another-bastion' }
  expect(await Promise.all([hourMs - 1, hourMs + 1].map(ageMs => isLeft(theirs, ageMs)))).toEqual([false, true])
})
