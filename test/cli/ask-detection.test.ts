import { expect, test } from 'vitest'
import { askDetection } from '../../src/cli/ask-detection.ts'

const now = '2026-11-18T03:10:00.000Z'

test('in lines a time that is none is asked for again, and what was typed is not dropped', async () => {
  const [said, answers] = [[] as string[], ['25:99 the pager', '02:58 the pager']]
  const asked = (): Promise<string> => Promise.resolve(answers.shift() ?? '')
  expect(await askDetection({ asked, talk: line => said.push(line) }, now)).toEqual({
    at: '2026-11-18T02:58:00.000Z',
    by: 'the pager',
  })
  expect(said).toEqual(['That is read as: 02:58 the pager. Either may be left out.'])
})

test('in lines nothing is said where nobody knows', async () => {
  const asked = (_: string, otherwise: string): Promise<string> => Promise.resolve(otherwise)
  expect(await askDetection({ asked, talk: () => undefined }, now)).toBeNull()
})
