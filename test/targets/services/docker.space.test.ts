import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '../../../src/state/manifest.ts'
import type { Space } from '../../../src/state/space.ts'
import { openEngine as openWay, type Engine } from '../../../src/targets/services/docker/engine.ts'
import { freeAt } from '../../../src/targets/services/docker/reach/free.ts'
import { freeInPool, spaceOf } from '../../../src/targets/services/docker/room.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { openSshd, type TestSshd } from '../../engines/ssh.ts'

describeWithEngines('the room of a host', () => {
  let host: TestEngine
  let root: string
  const open: { close: () => Promise<void> }[] = []
  beforeAll(async () => {
    host = await openEngine()
    root = ((await host.docker.info()) as { DockerRootDir: string }).DockerRootDir
  })
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })
  afterAll(() => host.close())

  const space = (endpoint: Endpoint): Promise<Space> => {
    const engine: Engine = openWay('web-1', endpoint)
    open.push(engine)
    return spaceOf(engine)
  }
  const sshd = async (extra: readonly string[] = []): Promise<TestSshd> => {
    const opened = await openSshd(host, 22, extra)
    open.push(opened)
    return opened
  }

  test('is what df says there, over the connection of ssh that is there already', async () => {
    const { destination, accepted } = await sshd()
    const { freeBytes, at, why } = await space({ kind: 'ssh', destination, port: null })
    expect([at, why, accepted()]).toEqual([root, null, 1])
    // Others write to the same disk meanwhile.
    const size = Number(execFileSync('df', ['-Pk', root]).toString().split('\n')[1]?.split(/\s+/)[1]) * 1024
    expect(freeBytes).toBeGreaterThan(0)
    expect(freeBytes).toBeLessThan(size)
  })

  test('is not known where the account of ssh may do nothing but Docker, and the Engine is reached all the same', async () => {
    const { destination } = await sshd(['ForceCommand docker system dial-stdio'])
    expect(await space({ kind: 'ssh', destination, port: null })).toEqual({
      freeBytes: null,
      at: root,
      why: 'df gave no answer over ssh, as where the account may do nothing but docker system dial-stdio',
    })
  })

  test('is not known over tcp, and is seen of a local one', async () => {
    const [address, port] = [host.address, 2375]
    expect(await space({ kind: 'tcp', host: address, port, tls: null })).toEqual({
      freeBytes: null,
      at: root,
      why: 'over tcp:// an Engine tells nothing of its disk; look with df on that host',
    })
    expect(await space({ kind: 'unix', path: host.socket })).toEqual({
      freeBytes: expect.any(Number),
      at: root,
      why: null,
    })
  })
})

test.each([
  [[['Backing Filesystem', 'extfs']], null],
  [[['Space Available', '1234567890']], 1_234_567_890],
  [[['Data Space Available', '16.8 GB']], 16_800_000_000],
  [[['Data Space Available', '36.53MB']], 36_530_000],
  [[['Data Space Available', 'plenty']], null],
] as const)('of a storage driver that tells %j there are %s bytes free in its pool', (status, bytes) => {
  expect(freeInPool(status)).toBe(bytes)
})

test.each([
  ['Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 60 40 60% /\n', { bytes: 40_960 }],
  ['Filesystem 1024-blocks Used Available Capacity Mounted on\n//nas/a b 100 60 40 60% /mnt/a b\n', { bytes: 40_960 }],
  ['HTTP/1.1 400 Bad Request\r\n\r\n400 Bad Request', { why: expect.stringContaining('df gave no answer') }],
  ['', { why: expect.stringContaining('df gave no answer') }],
])('what ssh prints, %j, is read as df prints it or as nothing', async (output, free) => {
  const way = { kind: 'ssh', destination: 'h', port: null } as const
  expect(await freeAt(way, async () => ({ code: 0, output }), '/var/lib/docker')).toEqual(free)
})

test('a directory that a remote shell could read as more than a path is not sent to it', async () => {
  const sent: unknown[] = []
  const run = async (argv: readonly string[]) => (sent.push(argv), { code: 0, output: '' })
  const way = { kind: 'ssh', destination: 'h', port: null } as const
  for (const directory of ['/var/lib/$(reboot)', '/a;b', "/a'b", '/a b', 'a', '/a\nb'])
    expect(await freeAt(way, run, directory)).toEqual({ why: expect.stringContaining('remote shell') })
  expect(sent).toEqual([])
})
