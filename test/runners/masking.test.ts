import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openSecrets } from '../../src/runners/secrets.ts'

const secret = `Canary-7f3a/9+"q"&<x>'é=`

async function hiding(value = secret) {
  const secrets = openSecrets({ SECRET: value })
  await secrets.resolve('env:SECRET')
  return secrets
}

/** What it looks like after whoever had it wrote it down. */
const spelled: Readonly<Record<string, (text: string) => string>> = {
  plain: text => text,
  'a part of a URL': encodeURIComponent,
  'a part of a URL, its escapes small': text =>
    encodeURIComponent(text).replaceAll(/%../g, escape => escape.toLowerCase()),
  'a form': text => new URLSearchParams({ a: text }).toString(),
  JSON: text => JSON.stringify({ a: text }),
  'JSON in JSON': text => JSON.stringify(JSON.stringify({ a: text })),
  HTML: text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  XML: text =>
    text.replaceAll(
      /[&<>"']/g,
      sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[sign] ?? '',
    ),
  hex: text => Buffer.from(text).toString('hex'),
  'hex in capitals': text => Buffer.from(text).toString('hex').toUpperCase(),
  base64: text => Buffer.from(text).toString('base64'),
  'base64 one later': text => Buffer.from(`a${text}:b`).toString('base64'),
  'base64 two later': text => Buffer.from(`aa${text}:b`).toString('base64'),
  base64url: text => Buffer.from(text).toString('base64url'),
}

describe('a secret', () => {
  test.each(Object.keys(spelled))('is hidden where it stands as %s', async how => {
    const { mask } = await hiding()
    const written = spelled[how]?.(secret) ?? ''
    const masked = mask(`before ${written} after`)
    expect(masked).toMatch(/^before .*\*\*\*.* after$/)
    expect(masked).not.toContain('Canary')
    expect(leftOf(masked, secret)).toBeLessThan(8)
  })

  test('is hidden in what is left of it where a text was cut, at either side, and where a line broke inside it', async () => {
    const { mask } = await hiding('Canary-of-a-longer-kind')
    expect(mask('refused: Canary-of-a-lon…')).toBe('refused: ***…')
    expect(mask('refused: Canary-of-a-lon')).toBe('refused: ***')
    expect(mask('-a-longer-kind is wrong')).toBe('*** is wrong')
    expect(mask('token Canary-of-a-\nlonger-kind is wrong')).toBe('token ***\n*** is wrong')
    expect(mask('a canary of a longer kind')).toBe('a canary of a longer kind')
  })

  test('is hidden line by line where it has several, and by its password alone where it is an address', async () => {
    const { mask } = await hiding('-----BEGIN KEY-----\nMIICanaryCanaryCanary\nAQAB\n-----END KEY-----')
    expect(mask('it read MIICanaryCanaryCanary')).toBe('it read ***')
    const { mask: address } = await hiding('https://probe:pa%2Fss-w0rd@shop/?key=abc')
    expect(address('as pa/ss-w0rd or pa%2Fss-w0rd')).toBe('as *** or ***')
  })

  test('is hidden in all of an event that is there to be read, and in nothing that is acted on', async () => {
    const { mask } = await hiding('wordpress')
    const event = {
      kind: 'step.settled',
      step: 'wordpress.stop',
      command: { kind: 'database.fence', database: 'wordpress' },
      says: 'stopped wordpress',
      observed: { container: 'wordpress-1', note: ['wordpress'] },
    }
    expect(mask(event)).toEqual({
      ...event,
      says: 'stopped ***',
      observed: { container: 'wordpress-1', note: ['***'] },
    })
  })

  test('is known before anybody used it', async () => {
    const env = { OPS: 'Canary-ops-hook' }
    const { learn, mask, resolve } = openSecrets(env)
    await learn({ notify: { ops: { url: 'env:OPS' } }, checks: [{ headers: { a: 'env:GONE' } }] })
    expect(mask('a log says Canary-ops-hook')).toBe('a log says ***')
    expect(await resolve('env:OPS')).toBe('Canary-ops-hook')
    await expect(resolve('env:GONE')).rejects.toThrow('the secret env:GONE is not there')
  })

  test('never leaves a piece of eight characters, whatever stands around it and wherever it is cut', async () => {
    const word = fc.string({ minLength: 12, maxLength: 40, unit: fc.constantFrom(...'abcXYZ019-_/+=.$^*\\|&"<') })
    await fc.assert(
      fc.asyncProperty(word, fc.string(), fc.string(), fc.nat(60), async (value, before, after, cut) => {
        fc.pre(!before.includes(value.slice(0, 8)) && !after.includes(value.slice(-8)))
        const { mask } = await hiding(value)
        const text = `${before}\n${value}${after}`
        expect(mask(text)).not.toContain(value)
        const short = text.slice(0, before.length + 1 + Math.min(cut, value.length))
        expect(leftOf(mask(short), value)).toBeLessThan(8)
      }),
    )
  })
})

/** Length of the longest piece of one text in another. */
function leftOf(text: string, of: string): number {
  for (let length = of.length; length > 0; length -= 1)
    for (let at = 0; at + length <= of.length; at += 1) if (text.includes(of.slice(at, at + length))) return length
  return 0
}
