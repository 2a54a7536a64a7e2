import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** Whether a test runs what is built and not its source. */
export function runsBuilt(root: string, test: string): boolean {
  return textsOf(root, test).some(text => /\bdist\/|\bbin\/(?:demo|dev|astern)\.mjs/.test(text))
}

/** Of a test and of whatever it imports outside of `src`. */
export function textsOf(root: string, test: string): readonly string[] {
  const seen = new Map<string, string>()
  const read = (file: string): void => {
    if (seen.has(file) || file.startsWith('src/')) return
    const text = readFileSync(join(root, file), 'utf8')
    seen.set(file, text)
    for (const [, to = ''] of text.matchAll(/from '(\.[^']+)'/g)) read(relative(root, resolve(root, dirname(file), to)))
  }
  read(test)
  return [...seen.values()]
}
