// One run of one test file in a copy of the checkout, and what became of each test told to the parent. A process of its own in a session of its
// own, so that ^C reaches it as a message: its tests put their servers away, and then it ends.
import { stripVTControlCharacters } from 'node:util'
import { startVitest, type Reporter, type Vitest } from 'vitest/node'

export type Trial = {
  readonly passed: number
  readonly failed: readonly Red[]
  /** What broke and is no test: a file that does not load, a hook, an error that nobody caught. */
  readonly broken: readonly string[]
}

export type Red = { readonly test: string; readonly line: string }

/** `name`: a part of the titles of the tests to run; null: all of the file. */
export type Asked = { readonly root: string; readonly test: string; readonly name: string | null }

/** The parent is gone, or says so. */
let over = false
let cancel = (): void => undefined
for (const event of ['message', 'disconnect'])
  process.on(event, () => {
    over = true
    cancel()
  })

const reporter: Reporter = {
  onInit: (vitest: Vitest) => {
    cancel = () => void vitest.cancelCurrentRun('keyboard-input')
  },
  onTestRunStart: () => {
    if (over) cancel()
  },
  onTestRunEnd: (modules, uncaught) => {
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const suites = modules.flatMap(module => [module, ...module.children.allSuites()])
    const trial: Trial = {
      passed: tests.filter(test => test.result().state === 'passed').length,
      failed: tests.flatMap(test => {
        const { state, errors = [] } = test.result()
        return state === 'failed' ? [{ test: test.name, line: firstLine(errors[0]?.message) }] : []
      }),
      broken: [...suites.flatMap(suite => suite.errors()), ...uncaught].map(({ message }) => firstLine(message)),
    }
    process.send?.(trial)
  },
}

const { root, test, name } = JSON.parse(process.argv[2] ?? '') as Asked
const only = name === null ? {} : { testNamePattern: RegExp(name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) }
await startVitest(
  [test],
  { root, watch: false, retry: 0, reporters: [reporter], ...only },
  { cacheDir: `${root}/.vite` },
)
cancel = () => undefined
process.disconnect()

function firstLine(message: string | undefined): string {
  const lines = stripVTControlCharacters(message ?? '').split('\n')
  return lines.find(line => line.trim() !== '')?.trim() ?? 'no message'
}
