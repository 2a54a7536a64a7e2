import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { takeOut, type Edit } from './guard.ts'

const here = resolve(import.meta.dirname, '../..')

/** A copy of this checkout as it stands, with what is not committed yet: what is taken out is taken out there. */
export type Checkout = {
  readonly root: string
  /** Where its tests put what they need, emptied after each. */
  readonly scratch: string
  /** Gives what puts it back. */
  readonly takeOut: (edits: readonly Edit[]) => () => void
  readonly remove: () => void
}

export function copyCheckout(): Checkout {
  // Short: sockets lie below it, whose paths may have about a hundred characters.
  const root = mkdtempSync(join(tmpdir(), 'astern-guards-'))
  chmodSync(root, 0o711) // tests have other accounts pass through it
  const scratch = join(root, 't')
  mkdirSync(scratch)
  for (const file of files()) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    cpSync(join(here, file), join(root, file), { verbatimSymlinks: true })
  }
  symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'))
  return {
    root,
    scratch,
    takeOut: edits => {
      const was = new Map(edits.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')]))
      for (const edit of edits)
        writeFileSync(join(root, edit.file), takeOut(readFileSync(join(root, edit.file), 'utf8'), edit))
      return () => {
        for (const [file, text] of was) writeFileSync(join(root, file), text)
      }
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  }
}

function files(): readonly string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: here })
    .toString()
    .split('\0')
    .filter(file => file !== '' && existsSync(join(here, file)) && !lstatSync(join(here, file)).isDirectory())
}
