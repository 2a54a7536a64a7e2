import { execFileSync } from 'node:child_process'
import { describe } from 'vitest'

const needed = ['dockerd', 'ip', 'iptables', 'nsenter', 'busybox']

/** `also`: further programs the tests need. Where no Engine can be started the tests that need one are left out, loudly; in CI that is a failure. */
export function describeWithEngines(name: string, tests: () => void, also: readonly string[] = []): void {
  const missing = [...needed, ...also].filter(program => !isInstalled(program))
  if (process.getuid?.() === 0 && missing.length === 0) return void describe(name, tests)
  const why = missing.length > 0 ? `${missing.join(', ')} is not installed` : 'this is not root'
  if (process.env['CI'] === 'true') throw new Error(`${name}: no Docker Engine can be started here: ${why}`)
  process.stderr.write(`\nLEFT OUT, because ${why}: ${name}\n`)
  describe.skip(name, tests)
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
