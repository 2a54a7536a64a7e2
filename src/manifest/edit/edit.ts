import { LineCounter, parseDocument } from 'yaml'
import { canonical, type Json } from '../../state/json.ts'
import type { Proposal } from '../../state/learning/proposal.ts'
import { pathText } from '../faults.ts'
import { parseManifest } from '../load.ts'
import { manifestSchema } from '../schema.ts'
import { durationMs } from '../schema-parts.ts'
import { addComment, setValue, type Spliced } from './splice.ts'
import { at, without } from './value-at.ts'

export type Edited =
  | { readonly kind: 'changed'; readonly text: string }
  /** It stands there already. */
  | { readonly kind: 'there' }
  /** Somebody changed it since; it is theirs. */
  | { readonly kind: 'moved on'; readonly says: string }
  | { readonly kind: 'cannot'; readonly says: string }

/**
 * The text of a manifest with one proposal taken: nothing but the lines that it is about changes, byte for byte. The result
 * loads clean, and says the same as before everywhere else; otherwise there is none. `directory`: the file's own.
 */
export function editManifest(
  text: string,
  directory: string,
  { path, change }: Pick<Proposal, 'path' | 'change'>,
): Edited {
  if (change.kind === 'look') return cannot('what to write there is for a person to say')
  const before = writtenIn(text)
  if (before === null || !parseManifest(text, directory).ok)
    return cannot('the file has faults of its own: astern plan lists them')
  if (change.kind === 'suggest') {
    const comment = `# ${change.comment}`
    if (text.split(/\r?\n/).some(line => line.trim() === comment)) return { kind: 'there' }
    return checked(addComment(text, path, comment), before, directory, null)
  }
  const [is, { was, becomes }] = [at(before, path), change]
  if (same(is, becomes)) return { kind: 'there' }
  if (!same(is, was))
    return { kind: 'moved on', says: `${pathText(path)} is ${inWords(text, path, is)} now, and was ${words(was)}` }
  return checked(setValue(text, path, { was, becomes }), before, directory, path)
}

/** `changed` null: nothing of what is said may change. */
function checked(spliced: Spliced, before: Json, directory: string, changed: readonly string[] | null): Edited {
  if (!spliced.ok) return cannot(spliced.why)
  const loaded = parseManifest(spliced.text, directory)
  if (!loaded.ok) return cannot(`the file would not load: ${loaded.faults[0]?.what ?? ''}`)
  const after = writtenIn(spliced.text)
  const rest = (value: Json): string => canonical(changed === null ? value : without(value, changed))
  if (after === null || rest(after) !== rest(before))
    return cannot('more would change than this: the value is shared by an anchor, or written in an unusual way')
  return { kind: 'changed', text: spliced.text }
}

/** As the schema has it: defaults filled in, durations in milliseconds. */
function writtenIn(text: string): Json {
  const document = parseDocument(text, { lineCounter: new LineCounter(), prettyErrors: false })
  const parsed = manifestSchema.safeParse(document.errors.length > 0 ? null : document.toJS())
  return parsed.success ? (parsed.data as unknown as Json) : null
}

function same(is: Json | undefined, other: Json): boolean {
  const ms = typeof other === 'string' ? durationMs(other) : null
  return canonical(is) === canonical(other) || (ms !== null && is === ms)
}

function inWords(text: string, path: readonly string[], is: Json | undefined): string {
  const raw = at(parseDocument(text).toJS() as Json, path)
  return words(raw ?? is ?? null)
}

function words(value: Json): string {
  if (value === null) return 'not given'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function cannot(says: string): Edited {
  return { kind: 'cannot', says }
}
