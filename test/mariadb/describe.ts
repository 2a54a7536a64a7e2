import { execFileSync } from 'node:child_process'
import { describe } from 'vitest'

/** Where MariaDB is not installed the tests that need one are left out, loudly; in CI that is a failure. */
export function describeWithMariaDb(name: string, tests: () => void): void {
  if (isInstalled('mariadbd') && isInstalled('mariadb-install-db')) return void describe(name, tests)
  const why = 'mariadbd is not installed'
  if (process.env['CI'] === 'true') throw new Error(`${name}: ${why}`)
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
