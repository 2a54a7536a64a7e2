import { join } from 'node:path'
import { build } from 'esbuild'

let bundled: Promise<string> | null = null

/** The shop's way to MySQL with its driver, as one file: where a release runs there are no packages. */
export function mysqlModule(): Promise<string> {
  bundled ??= bundle()
  return bundled
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'shop', 'mysql.mjs')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'error',
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  })
  return outputFiles[0]?.text ?? ''
}
