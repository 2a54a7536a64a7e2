// npm run guards -- [id or list]...: takes each guard's handling out, in a copy, and says which test turned red. 1: one stayed green.
import { openBench, type Bench } from './bench.ts'
import { copyCheckout, type Checkout } from './checkout.ts'
import { editsOf, type Guard } from './guard.ts'
import { chosen } from './lists.ts'
import type { Trial } from './trial.ts'

const guards = chosen(process.argv.slice(2))
if ('unknown' in guards) {
  process.stderr.write(`There is no guard and no list ${guards.unknown.join(', ')}.\n`)
  process.exitCode = 2
} else process.exitCode = await showAll(guards)

async function showAll(all: readonly Guard[]): Promise<number> {
  const copy = copyCheckout()
  const bench = openBench(copy)
  let ends = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      ends += 1
      process.stderr.write(ends === 1 ? 'Ending; the test at work puts its servers away first. Again: at once.\n' : '')
      bench.end()
    })
  try {
    const asItIs = new Map<string, string | null>()
    let failed = 0
    for (const guard of all) {
      const { isTTY } = process.stderr
      if (isTTY) process.stderr.write(`… ${guard.id}`)
      const shown = await show(copy, bench, asItIs, guard)
      if (isTTY) process.stderr.write('\r\u001b[K')
      if (shown === null) return 130
      if (!shown.isRed) failed += 1
      process.stdout.write(`${shown.isRed ? '✓' : '✗'} ${guard.id}  ${shown.says}\n`)
    }
    process.stdout.write(`${all.length - failed} of ${all.length} guards have a test that turns red without them\n`)
    return failed === 0 ? 0 : 1
  } finally {
    copy.remove()
  }
}

type Shown = { readonly isRed: boolean; readonly says: string }

/** Null: it was ended. `asItIs`: what is wrong with each test while the handling is there; null: nothing. */
async function show(
  copy: Checkout,
  bench: Bench,
  asItIs: Map<string, string | null>,
  guard: Guard,
): Promise<Shown | null> {
  const { test, name = null } = guard
  const key = JSON.stringify([test, name])
  if (!asItIs.has(key)) {
    const trial = await bench.run(test, name)
    if (trial === null) return null
    asItIs.set(key, wrongAsItIs(trial))
  }
  const wrong = asItIs.get(key) ?? null
  if (wrong !== null) return { isRed: false, says: `with its handling: ${wrong} (${test})` }
  const putBack = copy.takeOut(editsOf(guard))
  const began = performance.now()
  const trial = await bench.run(test, name).finally(putBack)
  if (trial === null) return null
  const seconds = Math.round((performance.now() - began) / 1000)
  const [red] = trial.failed
  if (red !== undefined) return { isRed: true, says: `red in ${seconds} s: ${test}: ${red.test}: ${red.line}` }
  const [broken] = trial.broken
  return { isRed: false, says: broken === undefined ? `stays green: ${test}` : `no test failed, but: ${broken}` }
}

function wrongAsItIs({ passed, failed: [red], broken: [broken] }: Trial): string | null {
  if (red !== undefined) return `${red.test}: ${red.line}`
  if (broken !== undefined) return broken
  return passed === 0 ? 'no test by that name ran' : null
}
