import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sharedLooks } from '../../../src/runners/engine/shared-looks.ts'

test('a hundred who ask at once are told by two looks: the first, and one more for all who asked while it was under way', async () => {
  const stage = openStage()
  const told = Array.from({ length: 100 }, () => stage.ask('web-1'))
  await stage.answerAll()
  expect(await Promise.all(told)).toEqual(['web-1 1', ...Array.from({ length: 99 }, () => 'web-1 2')])
  expect(stage.begun()).toEqual(['web-1 1', 'web-1 2'])
})

test('looks at several things do not wait for each other', () => {
  const stage = openStage()
  void stage.ask('web-1')
  void stage.ask('web-2')
  expect(stage.begun()).toEqual(['web-1 1', 'web-2 1'])
})

test('a look that fails fails for those who were to be told by it, and the next is made all the same', async () => {
  const stage = openStage()
  const told = [stage.ask('web-1'), stage.ask('web-1')]
  stage.fail('web-1 1')
  await expect(told[0]).rejects.toThrow('web-1 1')
  await stage.answerAll()
  expect(await told[1]).toBe('web-1 2')
  const later = stage.ask('web-1')
  await stage.answerAll()
  expect(await later).toBe('web-1 3')
})

test('in whatever order is asked and answered, everybody is told by a look that began after they asked, and of one thing one is made at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('ask a', 'ask b', 'answer'), { maxLength: 60 }), async moves => {
      const stage = openStage()
      const told: Promise<void>[] = []
      for (const move of moves) {
        if (move === 'answer') await stage.answer()
        else {
          const before = stage.begun().length
          told.push(stage.ask(move).then(seen => expect(stage.begun().indexOf(seen)).toBeGreaterThanOrEqual(before)))
        }
        const open = stage.open().map(name => name.replace(/ \d+$/, ''))
        expect(new Set(open).size).toBe(open.length)
      }
      await stage.answerAll()
      await Promise.all(told)
    }),
  )
})

/** Looks that answer when they are told to, named by what is looked at and which look at it they are. */
function openStage() {
  const begun: string[] = []
  const open = new Map<string, PromiseWithResolvers<string>>()
  const ask = sharedLooks(
    (asked: string) => {
      const name = `${asked} ${begun.filter(one => one.startsWith(asked)).length + 1}`
      begun.push(name)
      const answered = Promise.withResolvers<string>()
      open.set(name, answered)
      return answered.promise
    },
    asked => asked,
  )
  const settle = async (name: string): Promise<void> => {
    open.get(name)?.resolve(name)
    open.delete(name)
    // Whatever waited for it has begun after this.
    await new Promise(resolve => setImmediate(resolve))
  }
  return {
    ask,
    begun: () => [...begun],
    open: () => [...open.keys()],
    fail: (name: string) => {
      open.get(name)?.reject(new Error(name))
      open.delete(name)
    },
    answer: () => settle([...open.keys()][0] ?? ''),
    answerAll: async () => {
      while (open.size > 0) await settle([...open.keys()][0] ?? '')
    },
  }
}
