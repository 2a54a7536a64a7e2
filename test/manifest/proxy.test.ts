import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadProxy } from '../../src/manifest/proxy/load.ts'

const example = readFileSync(resolve(import.meta.dirname, '../../docs/proxy.example.yaml'), 'utf8')

async function faultsOf(text: string): Promise<readonly string[]> {
  const loaded = await loadProxy('proxy.yaml', () => Promise.resolve(text))
  return loaded.ok ? [] : loaded.faults.map(({ line, path, what }) => `${line} ${path}: ${what}`)
}

describe('the file of a proxy', () => {
  test('as it is annotated leads three ways', async () => {
    expect(await loadProxy('proxy.yaml', () => Promise.resolve(example))).toEqual({
      ok: true,
      proxy: {
        control: { kind: 'unix', path: '/run/astern-proxy.sock' },
        routes: {
          'service api@web-1': {
            listen: { kind: 'tcp', host: '127.0.0.1', port: 18_080 },
            to: { kind: 'tcp', host: '127.0.0.1', port: 8_080 },
          },
          'host web-1': {
            listen: { kind: 'unix', path: '/run/astern-web-1.sock' },
            to: { kind: 'unix', path: '/var/run/docker.sock' },
          },
          'channel game': {
            listen: { kind: 'tcp', host: '127.0.0.1', port: 18_025 },
            to: { kind: 'tcp', host: '127.0.0.1', port: 8_025 },
          },
        },
      },
    })
  })

  test.each([
    [
      'a control that other machines reach',
      'unix:///run/astern-proxy.sock',
      'http://0.0.0.0:9470',
      /^5 control: is neither/,
    ],
    ['a way to nothing that is known', 'service api@web-1:', 'database main:', /^8 routes.*: /],
    ['an address that is none', 'tcp://127.0.0.1:8080', '127.0.0.1:8080', /^10 routes.*to: is neither/],
    [
      'two that listen at one place',
      'tcp://127.0.0.1:18025',
      'tcp://127.0.0.1:18080',
      /^1\d routes.*: listens at tcp:\/\/127.0.0.1:18080/,
    ],
  ])('is refused with its place: %s', async (_, from, to, said) => {
    expect(example).toContain(from)
    expect(await faultsOf(example.replace(from, to))).toEqual([expect.stringMatching(said)])
  })

  test('that is not there is said to be not there', async () => {
    const loaded = await loadProxy('proxy.yaml', () => Promise.reject(new Error('no')))
    expect(loaded).toMatchObject({ ok: false, faults: [{ what: 'the file cannot be read' }] })
  })
})
