import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { SchemaObject } from '../../../src/state/facts.ts'
import { fingerprintOf } from '../../../src/targets/databases/fingerprint.ts'
import { packSchema, unpackSchema } from '../../../src/targets/databases/packed-schema.ts'

const schema: readonly SchemaObject[] = [
  { kind: 'table', name: 'orders', definition: '{"columns":[]}' },
  { kind: 'trigger', name: 'é', definition: 'BEGIN END' },
]
const fingerprint = fingerprintOf(schema)
const packed = (value: unknown): string => gzipSync(JSON.stringify(value)).toString('base64')

test('a schema comes back as it was packed', () => {
  expect(unpackSchema(packSchema(schema) ?? '', fingerprint)).toEqual(schema)
})

test('what is not the schema of its fingerprint is not believed', () => {
  const others = [
    '',
    'not Base64 at all',
    packed(schema).slice(0, 40),
    packed(schema.slice(0, 1)),
    packed([{ ...schema[0], definition: 7 }]),
    packed([null]),
    packed('orders'),
    gzipSync(Buffer.alloc(40_000_000)).toString('base64'),
  ]
  expect(others.map(text => unpackSchema(text, fingerprint))).toEqual(others.map(() => null))
})

test('what is much larger than a host takes is not packed', () => {
  const trigger = (at: number): SchemaObject => {
    const definition = createHash('sha512').update(`${at}`).digest('base64')
    return { kind: 'trigger', name: `t${at}`, definition }
  }
  const packed = (count: number) => packSchema(Array.from({ length: count }, (_, at) => trigger(at)))
  expect([packed(1000) === null, packed(10_000) === null]).toEqual([false, true])
})
