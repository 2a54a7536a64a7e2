import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/** What an operator who attaches or looks on waits for. */
const waitedFor = ['src/cli.tsx', 'src/cli/watch.ts', 'src/cli/attach.ts', 'src/ui/show.tsx'].map(file =>
  join(root, file),
)
/** As the bundler names it: where packages are linked to, it is by where they are. */
const renderer = realpathSync(join(root, 'node_modules/ink/build/ink.js'))

/**
 * All that the first screen needs as two files: each file that is loaded by itself costs half a millisecond, and there were eighty.
 * `core` is what programs and commands without a screen need of it too, `screen` the rest, the renderer among it. All else is split
 * by who loads it.
 */
export function firstScreen(programs) {
  let places = null
  return {
    debugName: 'first screen',
    name: (id, context) => {
      places ??= placesOf(Object.values(programs), one => context.getModuleInfo(one))
      return places.get(id) ?? null
    },
  }
}

/** A program itself is nowhere but in its own file: whoever loads it runs it. */
function placesOf(files, infoOf) {
  const programs = new Set(files.map(file => join(root, file)))
  const starts = startsOf(programs, infoOf)
  const reached = [...starts].map(start => closure([start], infoOf))
  const elsewhere = new Set(reached.filter(all => !all.has(renderer)).flatMap(all => [...all]))
  const needed = closure(waitedFor, infoOf)
  if (!needed.has(renderer)) throw new Error('the first screen is drawn by something else')
  const placed = [...needed].filter(id => !programs.has(id))
  return new Map(placed.map(id => [id, elsewhere.has(id) ? 'core' : 'screen']))
}

/** Programs, and whatever is imported only once it is wanted. */
function startsOf(programs, infoOf) {
  const starts = new Set(programs)
  for (const start of starts)
    for (const id of closure([start], infoOf))
      for (const later of infoOf(id)?.dynamicallyImportedIds ?? []) starts.add(later)
  return starts
}

/** All that is loaded with these. */
function closure(ids, infoOf) {
  const missing = ids.find(id => infoOf(id) === null)
  if (missing !== undefined) throw new Error(`${missing} is in no bundle`)
  const loaded = new Set(ids)
  for (const id of loaded) for (const next of infoOf(id)?.importedIds ?? []) loaded.add(next)
  return loaded
}
