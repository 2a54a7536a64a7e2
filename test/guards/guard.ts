/**
 * A guard: one edge case, the lines that handle it, and the test that turns red without them. `npm run guards` shows it.
 *
 * `id`: list and name, `databases.lock-on-own-session`. `row`: the edge case in an operator's words; several guards may share one.
 * `find` stands exactly once in `file`; `replace` is the same place with the handling taken out. `name`: the test's title, or a part of it
 * that no other title of the file has; without one the whole file is run.
 */
export type Guard = Edit & {
  readonly id: string
  readonly row: string
  readonly test: string
  readonly name?: string
  /** Where a second layer would hide that the first is gone: both are taken out. */
  readonly and?: readonly Edit[]
}

export type Edit = { readonly file: string; readonly find: string; readonly replace: string }

export function editsOf(guard: Guard): readonly Edit[] {
  return [guard, ...(guard.and ?? [])]
}

export function takeOut(text: string, { file, find, replace }: Edit): string {
  const parts = text.split(find)
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times what a guard takes out: ${find}`)
  return parts.join(replace)
}
