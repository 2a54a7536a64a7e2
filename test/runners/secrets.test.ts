import { expect, test } from 'vitest'
import { openSecrets } from '../../src/runners/secrets.ts'

test('of a secret that is a URL the password is hidden where it stands alone, written as it is and as a URL has it', async () => {
  const { resolve, mask } = openSecrets({ DB: 'mysql://astern:pa%2Fss-w0rd@db/shop', OTHER: 'mysql://astern@db/shop' })
  for (const name of ['env:DB', 'env:OTHER']) await resolve(name)
  expect(mask('as astern with pa/ss-w0rd or pa%2Fss-w0rd at db')).toBe('as astern with *** or *** at db')
  expect(mask('mysql://astern@db/shop, mysql://astern:other@db/shop')).toBe('***, mysql://astern:other@db/shop')
})
