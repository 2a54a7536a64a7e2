import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

const lineUpdate = join(root, 'src/ui/text/line-update.ts')

/** Yoga carries its wasm along and asks all the same whether there is a fetch, for which Node loads a whole HTTP client. */
export const yogaWithoutFetch = changed('yoga without fetch', /yoga-wasm-base64-esm\.js$/, text =>
  text.replaceAll('typeof fetch', '"undefined"'),
)

/**
 * Ink asks for the width of each sign of each line, and string-width takes each apart as if it could be anything: most of the first
 * screen's time. What the screen knows to be one cell a sign is told at once; a test holds that both say the same of it. And its
 * expression of all emoji takes twelve milliseconds to make, which plain text never wants.
 */
export const narrowText = changed('width of plain text', /string-width\/index\.js$/, text => {
  const ours = readFileSync(join(root, 'src/ui/text/narrow.ts'), 'utf8')
  const [, narrow] = /const narrow =\s*(\/\^.*\$\/)/.exec(ours) ?? []
  const plain = '/^[\\u0020-\\u007E]*$/'
  if (narrow === undefined || !text.includes(plain)) throw new Error('string-width is not what it was')
  const emoji = 'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;'
  if (!text.includes(emoji)) throw new Error('string-width knows emoji in another way')
  const late = 'let emojis; const rgiEmojiRegex = { test: text => (emojis ??= /^\\p{RGI_Emoji}$/v).test(text) };'
  return text.replace(plain, () => narrow).replace(emoji, () => late)
})

/** Of a line that changes the renderer writes all from its first change on; here the cells that changed, and no others. */
export const cellsThatChanged = changed('cells that changed', /ink\/build\/line-update\.js$/, () => {
  return `export { default } from ${JSON.stringify(lineUpdate)};`
})

/** Lines that stay are passed over at once, and not each with a move of its own. */
export const movesTogether = changed('moves together', /ink\/build\/log-update\.js$/, text => {
  const written = "stream.write(buffer.join(''))"
  if (!text.includes(written)) throw new Error('ink writes its lines in another way')
  const moving = `import { movesTogether } from ${JSON.stringify(lineUpdate)};`
  return moving + text.replace(written, "stream.write(movesTogether(buffer.join('')))")
})

/** Helpers that were made for one machine, of packages that do without. */
export const nativeAddons = {
  name: 'no native addons',
  load: { filter: { id: /\.node$/ }, handler: () => ({ code: 'export default {}', moduleType: 'js' }) },
}

/** Whether there was anything to change is its `wasUsed`: a package may have moved what is changed here. */
function changed(name, id, change) {
  let used = false
  const handler = path => {
    used = true
    return { code: change(readFileSync(path, 'utf8')), moduleType: 'js' }
  }
  return { name, load: { filter: { id }, handler }, wasUsed: () => used }
}
