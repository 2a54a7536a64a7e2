/** Shorter ones would turn up in any text. */
export const shortest = 4

/**
 * Every way a secret may be written by whoever had it: as it is, in a URL or a form, in JSON (once and twice), in HTML or XML,
 * in hex, and in base64 at each of the three places it may begin. Of a secret of several lines each line counts too, and of an
 * address what opens it: its password, what its query asks with, and a long piece of its path.
 */
export function spellingsOf(secret: string): readonly string[] {
  const lines = secret.includes('\n') ? secret.split(/\r?\n/).filter(line => line.length >= 2 * shortest) : []
  const own = [secret, ...lines, ...insideAddress(secret)]
  return [...new Set(own.flatMap(text => [text, ...encodings(text)]))]
}

function encodings(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const bytes = Buffer.from(text)
  const hex = bytes.toString('hex')
  const urls = [encodeURIComponent(text), formEncoded(text)].flatMap(url => [url, lowerEscapes(url)])
  const all = [
    ...urls,
    json,
    JSON.stringify(json).slice(1, -1),
    ...html(text),
    hex,
    hex.toUpperCase(),
    ...base64(bytes),
  ]
  return all.filter(spelling => spelling !== text && spelling.length >= 2 * shortest)
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

function lowerEscapes(url: string): string {
  return url.replaceAll(/%[\dA-F]{2}/g, escape => escape.toLowerCase())
}

function html(text: string): readonly string[] {
  const sparing = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = sparing.replaceAll('"', '&quot;')
  return [
    sparing,
    quoted,
    quoted.replaceAll("'", '&#39;'),
    quoted.replaceAll("'", '&apos;'),
    quoted.replaceAll("'", '&#x27;'),
  ]
}

/** What of the text's base64 does not depend on what stands before it and after it. */
function base64(bytes: Buffer): readonly string[] {
  const whole = bytes.toString('base64')
  const inside = [0, 1, 2].map(lead => {
    const text = Buffer.concat([Buffer.alloc(lead), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(lead === 0 ? 0 : lead + 1, -1)
  })
  const all = [whole, ...inside]
  return [...all, ...all.map(text => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''))]
}

/** Whoever is given a URL may tell a part of it alone: a path of its own is what keeps a webhook's address secret. */
function insideAddress(secret: string): readonly string[] {
  if (!URL.canParse(secret)) return []
  const { password, searchParams, pathname } = new URL(secret)
  const passwords = [password, decoded(password)].filter(({ length }) => length >= shortest)
  const pieces = pathname.split('/').filter(({ length }) => length >= longPiece)
  const asked = [...searchParams.values()].filter(({ length }) => length >= 2 * shortest)
  return [...passwords, ...asked, ...pieces, ...pieces.map(decoded)]
}

const longPiece = 16

/** A `%` that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
