import { choose } from './choice.ts'
import { astern, endRun, headless } from './console.ts'
import { createShop, good } from './environment.ts'
import { tally } from './tally.ts'

/** A shop whose last release went wrong, and the console on it. Without a terminal: the same rollback headless. */
async function main(argv: readonly string[]): Promise<number> {
  const choice = await choose(argv, good)
  if (typeof choice === 'string') {
    say(`astern: ${choice}`)
    return 2
  }
  const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  const ended = endedBySignal()
  choice.says.forEach(say)
  const shop = await createShop({
    ...choice.shop,
    afterGood: async ready => void (await astern(ready, ['record', '--version', good], 'ignore')),
  })
  try {
    say(`The shop lies in ${shop.root}; its manifest is ${shop.manifestFile}.`)
    const work = terminal ? astern(shop, choice.options, 'inherit') : headless(shop, choice.options)
    const code = await Promise.race([work, ended])
    if (code === 0) (await tally(shop))?.forEach(say)
    return code
  } finally {
    await endRun(shop)
    await shop.close()
  }
}

function endedBySignal(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.on(signal, () => resolve(code))
  return promise
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

process.exitCode = await main(process.argv.slice(2))
process.exit()
