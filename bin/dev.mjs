// From a checkout: the built program, built first when it is stale. Nothing but the program writes to stdout.
import { existsSync } from 'node:fs'

if (existsSync(new URL('../node_modules/rolldown', import.meta.url))) {
  const { build, isStale } = await import('./build.mjs')
  if (isStale()) await build()
  await import('./astern.mjs')
} else {
  process.stderr.write('astern: the packages are not installed. Run: npm ci\n')
  process.exitCode = 2
}
