import type { Guard } from './guard.ts'

export const hands: readonly Guard[] = [
  {
    id: 'hands.typed-ahead-in-lines',
    row: 'Names that approve were typed before the question was there',
    file: 'src/cli/plain/talk/lines.ts',
    find: 'ahead.length = 0\n        deaf = true\n        await delay(deafMs)\n        forget()',
    replace: 'await delay(deafMs)',
    test: 'test/cli/plain/lines.test.ts',
    name: 'typed ahead is the answer to the next question, but to none that arms something',
  },
  {
    id: 'hands.misspelt-in-lines',
    row: 'An answer is misspelt',
    file: 'src/cli/plain/question.ts',
    find: 'if (choice === undefined) {',
    replace: "if (choice === undefined && text !== '') return { ok: true, value: text }\n  if (choice === undefined) {",
    test: 'test/cli/plain/sits.test.ts',
    name: 'a misspelt severity is refused with those there are',
  },
  {
    id: 'hands.plan-made-again-under-a-question',
    row: 'The plan changes while somebody types the names that approve it',
    file: 'src/cli/plain/talk/conversation.ts',
    find: "if (!open) return { kind: 'moved' }",
    replace: '',
    test: 'test/cli/plain/sits.test.ts',
    name: 'a plan that is made again meanwhile withdraws the question, and nothing is approved',
  },
  {
    id: 'hands.target-that-is-not-whole',
    row: 'A release is chosen that is not there on every host',
    file: 'src/state/answers.ts',
    find: "return why === null ? does(event) : refused('target', why)",
    replace: 'return does(event)',
    test: 'test/state/decide.test.ts',
    name: 'that asks for another target is refused where no plan could be made for it, and at an undo',
  },
]
